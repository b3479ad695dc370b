"""Reads a passage in the light of a question or an instruction: attention over states of e5."""

import torch
from torch import nn
from torch.nn.functional import gelu, layer_norm, normalize

from workbench.models.mini_head import ReaderShape


class Attention(nn.Module):
    """Multi-head attention of (rows, asking, width) over (rows, held, source)."""

    def __init__(self, width: int, source: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.ask = nn.Linear(width, width)
        self.hold = nn.Linear(source, 2 * width)
        self.give = nn.Linear(width, width)

    def forward(
        self, asking: torch.Tensor, keys_values: torch.Tensor, real: torch.Tensor
    ) -> torch.Tensor:
        """Return what each asking place takes from the held places that are ``real``.

        ``keys_values`` is what ``hold`` makes of them.
        """
        keys, values = keys_values.chunk(2, -1)
        asked = self._split(self.ask(asking))
        # By hand: on a processor the fused kernel's way back takes five times as long.
        alike = asked @ self._split(keys).transpose(2, 3) * (asked.shape[-1] ** -0.5)
        weights = alike.masked_fill(~real[:, None, None, :], -1e4).softmax(-1).to(alike.dtype)
        found = weights @ self._split(values)
        given: torch.Tensor = self.give(found.transpose(1, 2).flatten(2))
        return given

    def _split(self, rows: torch.Tensor) -> torch.Tensor:
        texts, places, width = rows.shape
        return rows.view(texts, places, self.heads, width // self.heads).transpose(1, 2)


class Layer(nn.Module):
    """The asking places read one another, then the passage, then think."""

    def __init__(self, shape: ReaderShape) -> None:
        super().__init__()
        width, memory = shape.width, shape.layers * shape.states
        self.norms = nn.ModuleList(nn.LayerNorm(width) for _ in range(3))
        self.own = Attention(width, width, shape.heads)
        self.passage = Attention(width, memory, shape.heads)
        self.up = nn.Linear(width, shape.inner)
        self.down = nn.Linear(shape.inner, width)

    def forward(
        self, x: torch.Tensor, real: torch.Tensor, memory: torch.Tensor, held: torch.Tensor
    ) -> torch.Tensor:
        """Return (passages, asked, places, width) from the same."""
        passages, asked, places, width = x.shape
        rows = self.norms[0](x).view(passages * asked, places, width)
        own = real[None].expand(passages, -1, -1).reshape(passages * asked, places)
        x = x + self.own(rows, self.own.hold(rows), own).view_as(x)
        # What one place takes from the passage is no affair of another's, so all stand in one row.
        rows = self.norms[1](x).view(passages, asked * places, width)
        x = x + self.passage(rows, memory, held).view_as(x)
        thought: torch.Tensor = self.down(gelu(self.up(self.norms[2](x))))
        return x + thought


class Reader(nn.Module):
    """Gives every asked text a logit against every passage.

    The body's states are the only thing that is read, so that those of a passage serve all
    instructions, and those of an instruction all passages. Beside its states each asked place
    gets, layer by layer, how alike its most similar place of the passage is.
    """

    centre: torch.Tensor
    spread: torch.Tensor

    def __init__(self, shape: ReaderShape) -> None:
        super().__init__()
        self.shape = shape
        memory = shape.layers * shape.states
        self.enter = nn.Linear(memory, shape.width)
        self.likeness = nn.Linear(shape.layers, shape.width)
        self.layers = nn.ModuleList(Layer(shape) for _ in range(shape.depth))
        self.weigh = nn.Linear(shape.width, 1)
        self.leave = nn.LayerNorm(shape.width)
        self.think = nn.Linear(shape.width, shape.width)
        self.answer = nn.Linear(shape.width, 1)
        self.register_buffer("centre", torch.zeros(shape.layers, shape.states))
        self.register_buffer("spread", torch.ones(shape.layers, shape.states))

    def forward(
        self,
        asked: torch.Tensor,
        asked_real: torch.Tensor,
        passage: torch.Tensor,
        passage_real: torch.Tensor,
    ) -> torch.Tensor:
        """Return logits of shape (passages, asked).

        ``asked`` is (asked, places, layers x states), ``passage`` likewise; ``real`` tells padding
        from places.
        """
        return self.judge(asked, asked_real, self.memory(passage), passage_real)

    def memory(self, passage: torch.Tensor) -> torch.Tensor:
        """Return (passages, places, memory width): all that is needed of passages, once for all.

        The states, even and of unit length a layer, then keys and values for each of our layers.
        """
        even = self._even(passage)
        rows = even.flatten(2)
        held = [layer.passage.hold(rows) for layer in self._own_layers()]
        return torch.cat([normalize(even, dim=-1).flatten(2), *held], -1)

    def judge(
        self,
        asked: torch.Tensor,
        asked_real: torch.Tensor,
        memory: torch.Tensor,
        passage_real: torch.Tensor,
    ) -> torch.Tensor:
        """Return logits as ``forward`` does, of what ``memory`` made of the passages."""
        states = self.shape.layers * self.shape.states
        units, held = memory[..., :states], memory[..., states:].chunk(self.shape.depth, -1)
        ours = self._even(asked)
        with torch.no_grad():
            alike = self._alike(ours, units.view(*units.shape[:2], *ours.shape[2:]), passage_real)
        x = self.enter(ours.flatten(2))[None] + self.likeness(alike)
        for layer, keys_values in zip(self._own_layers(), held, strict=True):
            x = layer(x, asked_real, keys_values, passage_real)
        x = self.leave(x)
        weights = self.weigh(x).squeeze(-1).masked_fill(~asked_real[None], -1e4).softmax(-1)
        pooled = (weights[..., None] * x).sum(2)
        logits: torch.Tensor = self.answer(gelu(self.think(pooled))).squeeze(-1)
        return logits

    def _own_layers(self) -> list[Layer]:
        return [layer for layer in self.layers if isinstance(layer, Layer)]

    def _even(self, states: torch.Tensor) -> torch.Tensor:
        """Return (texts, places, layers, states), each layer centred and of like spread."""
        rows = states.view(*states.shape[:2], self.shape.layers, self.shape.states)
        return layer_norm((rows - self.centre) / self.spread, (self.shape.states,))

    def _alike(self, ours: torch.Tensor, theirs: torch.Tensor, real: torch.Tensor) -> torch.Tensor:
        """Return (passages, asked, places, layers): the best cosine with a place of the passage.

        ``theirs`` are of unit length already.
        """
        own = normalize(ours, dim=-1).to(theirs.dtype)
        found = []
        for layer in range(self.shape.layers):
            cosines = torch.einsum("atd,psd->pats", own[:, :, layer], theirs[:, :, layer])
            found.append(cosines.masked_fill(~real[:, None, None, :], -1.0).amax(-1))
        return torch.stack(found, -1)
