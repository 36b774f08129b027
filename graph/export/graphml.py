"""GraphML (http://graphml.graphdrawing.org): entities as nodes, links as edges with claim ids and sentences."""

import re
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from pathlib import Path

from graph.export.picture import Picture
from graph.export.writing import replace_file

_NAMESPACE = "http://graphml.graphdrawing.org/xmlns"
_NODE_KEYS = {"name": "string", "entity": "string", "kind": "string", "aliases": "string"}
_EDGE_KEYS = {
    "predicate": "string",
    "belief": "double",
    "status": "string",
    "modality": "string",
    "earliest": "string",
    "latest": "string",
    "sources": "int",
    "denials": "int",
    "inferred": "boolean",
    "claims": "string",
    "sentences": "string",
}
# Characters that XML 1.0 (§2.2, production Char) allows in no form, escaped or not.
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def _text(value: object) -> str:
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return _NO_XML.sub("\ufffd", text)


def _data(parent: ET.Element, prefix: str, values: Mapping[str, object]) -> None:
    for name, value in values.items():
        if value is not None and value != "":
            ET.SubElement(parent, "data", key=f"{prefix}_{name}").text = _text(value)


def graphml(picture: Picture) -> bytes:
    """Return the graph as GraphML in UTF-8; parallel links stay parallel edges."""
    root = ET.Element("graphml", xmlns=_NAMESPACE)
    for prefix, target, keys in (("n", "node", _NODE_KEYS), ("e", "edge", _EDGE_KEYS)):
        for name, kind in keys.items():
            ET.SubElement(root, "key", {"id": f"{prefix}_{name}", "for": target, "attr.name": name, "attr.type": kind})
    body = ET.SubElement(root, "graph", id="sightlines", edgedefault="directed")
    for entity in picture.entities:
        node = ET.SubElement(body, "node", id=_text(entity.id))
        values = {
            "name": entity.name,
            "entity": entity.type,
            "kind": entity.kind,
            "aliases": " | ".join(entity.aliases),
        }
        _data(node, "n", values)
    for link in picture.links:
        edge = ET.SubElement(body, "edge", id=_text(link.k), source=_text(link.source), target=_text(link.target))
        quotes = [quote.sentence for claim in link.claim_ids for quote in picture.quotes_of.get(claim, ())]
        given = {name: getattr(link, name) for name in _EDGE_KEYS if name not in ("claims", "sentences")}
        _data(edge, "e", {**given, "claims": " ".join(link.claim_ids), "sentences": " | ".join(dict.fromkeys(quotes))})
    ET.indent(root)
    data: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return data


def write(picture: Picture, out: Path) -> None:
    """Write the graph to the file `out`. Raises OSError."""
    replace_file(out, [graphml(picture)])
