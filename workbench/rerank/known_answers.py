"""Asks a reranker questions whose answers nobody doubts: the right passage must come first."""

from collections.abc import Sequence
from dataclasses import dataclass

from workbench.domain.ports import BATCH, Reranker


@dataclass(frozen=True, slots=True)
class KnownAnswer:
    """A question with passages, of which the one at ``right`` answers it."""

    language: str
    query: str
    documents: tuple[str, ...]
    right: int


@dataclass(frozen=True, slots=True)
class Answered:
    """A reranker's margins for one question; it passes where the right one is above all others."""

    question: KnownAnswer
    margins: tuple[float, ...]

    @property
    def passed(self) -> bool:
        """Return whether the right passage stands alone at the top; a tie does not pass."""
        right = self.question.right
        return all(self.margins[right] > m for at, m in enumerate(self.margins) if at != right)


@dataclass(frozen=True, slots=True)
class SelfTest:
    """The answers to all questions."""

    answers: tuple[Answered, ...]

    @property
    def passed(self) -> bool:
        """Return whether every right passage came first; a test without questions does not pass."""
        return bool(self.answers) and all(answer.passed for answer in self.answers)


KNOWN_ANSWERS: tuple[KnownAnswer, ...] = (
    KnownAnswer(
        language="zh",
        query="中国的首都是哪座城市?",
        documents=(
            "面包出炉后要在架子上晾凉,再切片装袋。",
            "中国的首都是北京。",
            "火车票可以在开车前改签一次。",
        ),
        right=1,
    ),
    KnownAnswer(
        language="zh",
        query="忘记了登录密码怎么办?",
        documents=(
            "忘记密码时,请在登录页点“找回密码”,按短信提示重新设置登录密码。",
            "园区的咖啡店周末不营业。",
            "长颈鹿用舌头卷食树叶。",
        ),
        right=0,
    ),
    KnownAnswer(
        language="zh",
        query="迟延交货要付多少违约金?",
        documents=(
            "小提琴有四根弦。",
            "会议室的空调夏天开到二十六度。",
            "迟延交货的,每迟延一日按迟延部分货款的万分之五支付违约金。",
        ),
        right=2,
    ),
    KnownAnswer(
        language="en",
        query="What is the capital of China?",
        documents=(
            "Sourdough bread rests for an hour before it is sliced.",
            "The capital of China is Beijing.",
            "Giraffes pull leaves from trees with their tongues.",
        ),
        right=1,
    ),
    KnownAnswer(
        language="en",
        query="How do I reset a forgotten password?",
        documents=(
            "To reset a forgotten password, open the sign-in page and choose 'Reset password'.",
            "The violin has four strings.",
            "Trains to the coast leave every half hour in summer.",
        ),
        right=0,
    ),
    KnownAnswer(
        language="en",
        query="Who pays the return postage for a faulty item?",
        documents=(
            "The meeting room is painted in a light grey.",
            "Bees tell each other where flowers are by dancing.",
            "If the item is faulty, the seller pays the return postage.",
        ),
        right=2,
    ),
)
"""Three questions in each language; the right passage stands at every place once."""


def self_test(
    reranker: Reranker,
    questions: Sequence[KnownAnswer] = KNOWN_ANSWERS,
    *,
    deadline: float | None = None,
) -> SelfTest:
    """Return how ``reranker`` ranks the known answers under its own default instruction.

    Raises:
        Unavailable: The model is missing or failed.
        DeadlineExceeded: The deadline passed first.
    """
    answers = []
    for known in questions:
        scores = reranker.score(known.query, known.documents, "", priority=BATCH, deadline=deadline)
        margins = tuple(pair.margin for pair in scores.pairs)
        answers.append(Answered(question=known, margins=margins))
    return SelfTest(tuple(answers))
