"""The trained network as two ONNX files, whole numbers of eight bits, that run without torch."""

import hashlib
import json
from pathlib import Path
from tempfile import TemporaryDirectory

import onnx
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import Tensor, nn

from ingest.learning.model import Network, PairHeads

OPSET = 18
PARTS = ("encoder.onnx", "heads.onnx")


def export(network: Network, tokenizer: Path, folder: Path) -> dict[str, str]:
    """Write `encoder.onnx`, `heads.onnx` and `tokenizer.json` to `folder`; return their SHA-256 by name.

    The encoder reads `pieces`, `cases`, `mask` (windows × pieces) and gives `states` and `tags`; the heads read
    mentions and give what nominal ones refer to. The heads for predicates, polarity, modality and speakers only help
    to train: on passages held out, and on real text, frames, cues and the parse did better.
    """
    network = network.float().eval()
    folder.mkdir(parents=True, exist_ok=True)
    width = network.sizes.width
    window = {0: "windows", 1: "pieces"}
    whole = torch.long
    pieces, mask = torch.ones(2, 16, dtype=whole), torch.ones(2, 16, dtype=whole)
    states = torch.randn(1, 16, width)
    references = (
        states,
        torch.zeros(3, dtype=whole),
        torch.tensor([[1, 2], [4, 5], [7, 7]]),
        torch.zeros(3, dtype=whole),
        torch.tensor([[2, 0], [2, 1]]),
        torch.zeros(2, dtype=whole),
    )
    with TemporaryDirectory() as temporary:
        plain = Path(temporary)
        _write(network.encoder, (pieces, pieces * 0, mask), plain / PARTS[0], ("pieces", "cases", "mask"),
               ("states", "tags"), dict.fromkeys(("pieces", "cases", "mask", "states", "tags"), window))  # fmt: skip
        axes = {"states": window, "where": {0: "m"}, "mentions": {0: "m"}, "kinds": {0: "m"}}
        axes |= {"references": {0: "r"}, "steps": {0: "r"}, "refers": {0: "r"}}
        names = ("states", "where", "mentions", "kinds", "references", "steps")
        _write(_References(network.heads), references, plain / PARTS[1], names, ("refers",), axes)
        for name in PARTS:
            quantize_dynamic(plain / name, folder / name, weight_type=QuantType.QInt8, per_channel=True)
    (folder / "tokenizer.json").write_text(json.dumps(json.loads(tokenizer.read_text("utf-8")), ensure_ascii=False))
    return {name: sha256(folder / name) for name in (*PARTS, "tokenizer.json")}


class _References(nn.Module):
    """The part of the heads that ships."""

    def __init__(self, heads: PairHeads) -> None:
        super().__init__()
        self.heads = heads

    def forward(
        self, states: Tensor, where: Tensor, mentions: Tensor, kinds: Tensor, references: Tensor, steps: Tensor
    ) -> Tensor:
        """Return the scores of the references."""
        return self.heads.refers(self.heads.spans(states, where, mentions, kinds), references, steps)


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _write(
    module: nn.Module,
    inputs: tuple[Tensor, ...],
    path: Path,
    names: tuple[str, ...],
    out: tuple[str, ...],
    axes: dict[str, dict[int, str]],
) -> None:
    torch.onnx.export(
        module, inputs, str(path), input_names=list(names), output_names=list(out), dynamic_axes=axes,
        opset_version=OPSET, dynamo=False,
    )  # fmt: skip
    onnx.checker.check_model(str(path))
