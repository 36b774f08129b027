"""The Chain never draws a line through an entity that it does not join: checked on random graphs, in Node."""

import itertools
import json
import os
import random
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

CHAIN = Path(__file__).resolve().parents[3] / "graph" / "ui" / "frontend" / "chain.js"
AIR = 1.5  # pixels that must stay between a line and a foreign box


def node() -> str:
    found = shutil.which("node")
    if found is None:
        if os.environ.get("CI") == "true":
            pytest.fail("node is not installed (CI=true)")
        pytest.skip("node is not installed")
    return found


def layouts(graphs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    script = (
        f"import {{ chainLayout }} from {json.dumps(CHAIN.as_uri())};"
        "let text = ''; for await (const part of process.stdin) text += part;"
        "console.log(JSON.stringify(JSON.parse(text).map((g) => chainLayout(g.boxes, g.links))))"
    )
    command = [node(), "--input-type=module", "-e", script]
    done = subprocess.run(command, input=json.dumps(graphs), capture_output=True, text=True, timeout=60, check=True)
    return list(json.loads(done.stdout))


def random_graph(seed: int) -> dict[str, Any]:
    rng = random.Random(seed)
    shapes = ("rectangle", "diamond", "ellipse", "hexagon", "pentagon", "octagon", "triangle", "barrel")
    count = rng.randint(1, 60)
    boxes = [
        {
            "id": f"n{i}",
            "column": rng.randint(0, 8),
            "shape": rng.choice(shapes),
            "size": rng.randint(24, 46),
            "width": rng.randint(46, 124),
            "below": rng.choice((23, 38, 53)),
        }
        for i in range(count)
    ]
    links = [
        {"id": f"l{i}", "source": f"n{rng.randrange(count)}", "target": f"n{rng.randrange(count)}"}
        for i in range(rng.randint(0, 2 * count))
    ]
    return {"boxes": boxes, "links": links}


def crosses(a: dict[str, float], b: dict[str, float], box: tuple[float, float, float, float]) -> bool:
    """Whether the segment meets the box (Liang and Barsky's clipping)."""
    low, high = 0.0, 1.0
    dx, dy = b["x"] - a["x"], b["y"] - a["y"]
    for p, q in ((-dx, a["x"] - box[0]), (dx, box[2] - a["x"]), (-dy, a["y"] - box[1]), (dy, box[3] - a["y"])):
        if p == 0:
            if q < 0:
                return False
        elif p < 0:
            low = max(low, q / p)
        else:
            high = min(high, q / p)
    return low <= high


def foreign_touches(graph: dict[str, Any], plan: dict[str, Any]) -> list[tuple[str, str]]:
    found = []
    for link in graph["links"]:
        path = plan["paths"].get(link["id"], [])
        for box in graph["boxes"]:
            if box["id"] in (link["source"], link["target"]):
                continue
            at = plan["positions"][box["id"]]
            frame = (
                at["x"] - box["width"] / 2 - AIR,
                at["y"] - box["size"] / 2 - AIR,
                at["x"] + box["width"] / 2 + AIR,
                at["y"] + box["size"] / 2 + box["below"] + AIR,
            )
            if any(crosses(a, b, frame) for a, b in itertools.pairwise(path)):
                found.append((link["id"], box["id"]))
    return found


def test_no_line_touches_an_entity_that_it_does_not_join() -> None:
    graphs = [random_graph(seed) for seed in range(120)]
    for graph, plan in zip(graphs, layouts(graphs), strict=True):
        assert not foreign_touches(graph, plan)


def test_the_check_itself_sees_a_line_through_a_box() -> None:
    graph = {
        "boxes": [
            {"id": name, "column": i, "shape": "ellipse", "size": 30, "width": 80, "below": 23}
            for i, name in enumerate("abc")
        ],
        "links": [{"id": "l", "source": "a", "target": "c"}],
    }
    points = {"a": (0, 0), "b": (200, 0), "c": (400, 0)}
    plan = {
        "positions": {k: {"x": x, "y": y} for k, (x, y) in points.items()},
        "paths": {"l": [{"x": 0, "y": 0}, {"x": 400, "y": 0}]},
    }
    assert foreign_touches(graph, plan) == [("l", "b")]


def test_every_line_begins_and_ends_at_its_own_entities() -> None:
    graphs = [random_graph(seed) for seed in range(40)]
    for graph, plan in zip(graphs, layouts(graphs), strict=True):
        size = {box["id"]: max(box["size"], box["width"]) for box in graph["boxes"]}
        for link in graph["links"]:
            if link["source"] == link["target"]:
                continue
            path = plan["paths"][link["id"]]
            for point, end in ((path[0], link["source"]), (path[-1], link["target"])):
                at = plan["positions"][end]
                assert abs(point["x"] - at["x"]) <= size[end] / 2
                assert abs(point["y"] - at["y"]) <= size[end] / 2


def test_parallel_links_are_drawn_apart() -> None:
    boxes = [
        {"id": name, "column": i, "shape": "rectangle", "size": 30, "width": 80, "below": 23}
        for i, name in enumerate("ab")
    ]
    links = [{"id": f"l{i}", "source": "a", "target": "b"} for i in range(3)]
    (plan,) = layouts([{"boxes": boxes, "links": links}])
    starts = sorted(path[0]["y"] for path in plan["paths"].values())
    assert min(b - a for a, b in itertools.pairwise(starts)) >= 5


def test_entities_of_one_column_never_overlap() -> None:
    graphs = [random_graph(seed) for seed in range(40)]
    for graph, plan in zip(graphs, layouts(graphs), strict=True):
        columns: dict[float, list[tuple[float, float]]] = {}
        for box in graph["boxes"]:
            at = plan["positions"][box["id"]]
            span = (at["y"] - box["size"] / 2, at["y"] + box["size"] / 2 + box["below"])
            columns.setdefault(at["x"], []).append(span)
        for spans in columns.values():
            spans.sort()
            assert all(a[1] <= b[0] + 0.01 for a, b in itertools.pairwise(spans))
