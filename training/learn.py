"""What both readers are taught with: batches of passages, the optimiser and its schedule."""

import argparse
import math
import random
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import torch

from training.passages import SPLITS, Passage
from training.states import Kept, padded
from workbench.models.mini_head import ReaderShape
from workbench.models.reader import Reader

WARM, DECAY = 200, 0.01


def new_reader(kept: Kept, shape: ReaderShape, seed: int) -> Reader:
    """Return a reader without knowledge, but with the mean and spread of the states it will see."""
    torch.manual_seed(seed)
    reader = Reader(shape)
    drawn = random.Random(seed).sample(range(len(kept)), min(400, len(kept)))
    rows = torch.cat([kept.of(at).float() for at in drawn])
    sizes = (shape.layers, shape.states)
    reader.centre.copy_(rows.mean(0).view(sizes))
    reader.spread.copy_(rows.std(0).view(sizes).clamp_min(1e-3))
    return reader


def optimiser(reader: Reader, rate: float) -> torch.optim.AdamW:
    """Return AdamW that lets biases and norms be as large as they like."""
    large = [p for p in reader.parameters() if p.ndim > 1]
    small = [p for p in reader.parameters() if p.ndim <= 1]
    groups = [{"params": large, "weight_decay": DECAY}, {"params": small, "weight_decay": 0.0}]
    return torch.optim.AdamW(groups, lr=rate, betas=(0.9, 0.98))


def schedule(optimiser: torch.optim.Optimizer, step: int, steps: int, rate: float) -> None:
    """Set the learning rate: up for ``WARM`` steps, then down along half a cosine."""
    up = min(1.0, (step + 1) / WARM)
    down = 0.5 * (1 + math.cos(math.pi * min(step / steps, 1.0)))
    for group in optimiser.param_groups:
        group["lr"] = rate * up * max(down, 0.02)


def development(passages: Sequence[Passage], share: float) -> tuple[list[int], list[int]]:
    """Return positions to learn from and to choose on; a page and its translation stay together."""
    learn, choose = [], []
    for at, one in enumerate(passages):
        page = one.page.split("/", 1)[1]
        (choose if random.Random(page).random() < share else learn).append(at)
    return learn, choose


def memory(kept: Kept, batch: Sequence[int], longest: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Return the states of these passages, each cut to ``longest`` ids, and which are real."""
    return padded([kept.of(at)[:longest].float() for at in batch])


def read_all(
    reader: Reader,
    states: Sequence[torch.Tensor],
    held: Sequence[torch.Tensor],
) -> torch.Tensor:
    """Return (passages, asked) of logits, in bfloat16 where that is safe.

    Passages are remembered once; both sides are taken in parts of like length.
    """
    found = torch.empty(len(held), len(states))
    asked_parts = [
        (part, *padded([states[at] for at in part]))
        for part in by_length([len(one) for one in states], 2)
    ]
    with torch.autocast("cpu", torch.bfloat16):
        for rows in by_length([len(one) for one in held], 2):
            passages, real = padded([held[at] for at in rows])
            memory = reader.memory(passages)
            for columns, asked, there in asked_parts:
                logits = reader.judge(asked, there, memory, real).float()
                found[torch.tensor(rows)[:, None], torch.tensor(columns)] = logits
    return found


def by_length(lengths: Sequence[int], parts: int) -> Iterator[list[int]]:
    """Yield the positions in ``parts`` of like length, so that little is padding."""
    ordered = sorted(range(len(lengths)), key=lambda at: lengths[at])
    size = math.ceil(len(ordered) / parts)
    for start in range(0, len(ordered), size):
        yield ordered[start : start + size]


def arguments(
    description: str, argv: Sequence[str] | None, *, steps: int, rate: float
) -> argparse.Namespace:
    """Return what both commands of teaching take."""
    parser = argparse.ArgumentParser(description=description.splitlines()[0])
    parser.add_argument("--kept", type=Path, required=True, help="folder of the body's states")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--steps", type=int, default=steps)
    parser.add_argument("--rate", type=float, default=rate)
    parser.add_argument("--minutes", type=float, default=1e9, help="stop after")
    parser.add_argument("--resume", action="store_true", help="go on from --out")
    parser.add_argument("--seed", type=int, default=SPLITS["seed"], help="another to go on with")
    return parser.parse_args(argv)


def teach(
    reader: Reader,
    args: argparse.Namespace,
    loss_of_step: Callable[[random.Random], torch.Tensor],
    report: Callable[[], str],
) -> None:
    """Take the steps; every 250th and the last are kept in ``args.out`` and reported."""
    draw, began = random.Random(args.seed), time.monotonic()
    torch.manual_seed(args.seed)
    adam, smooth = optimiser(reader, args.rate), None
    for step in range(args.steps):
        reader.train()
        passed = (time.monotonic() - began) / 60 / args.minutes
        schedule(adam, int(max(step, passed * args.steps)), args.steps, args.rate)
        loss = loss_of_step(draw)
        adam.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(reader.parameters(), 1.0)
        adam.step()
        told = float(loss.detach())
        smooth = told if smooth is None else smooth + 0.02 * (told - smooth)
        last = passed >= 1 or step == args.steps - 1
        if step % 25 == 0:
            sys.stderr.write(f"{step} {smooth:.4f} {time.monotonic() - began:.0f} s\n")
        if step % 250 == 249 or last:
            save(reader, args.out, step=step)
            reader.eval()
            sys.stderr.write(f"{report()}\n")
        if last:
            return


def save(reader: Reader, path: Path, **notes: object) -> None:
    """Write a checkpoint."""
    path.parent.mkdir(parents=True, exist_ok=True)
    torch.save({"state": reader.state_dict(), "shape": reader.shape.as_dict(), **notes}, path)


def load(path: Path) -> Reader:
    """Return the reader of a checkpoint."""
    held = torch.load(path, weights_only=True)
    reader = Reader(ReaderShape(**held["shape"]))
    reader.load_state_dict(held["state"])
    return reader.eval()
