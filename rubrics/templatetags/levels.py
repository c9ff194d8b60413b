"""How a level is drawn: a small ladder with as many steps as the criterion has, filled up to the level."""

from typing import Any

from django import template

register = template.Library()

WIDTH, HEIGHT = 28, 13


@register.inclusion_tag("components/_ladder.html")
def ladder(reached: int, steps: int) -> dict[str, Any]:
    """Draw `steps` bars, `reached` of them filled: `{% ladder 2 4 %}`. Decoration: the name stands beside it."""
    stride = WIDTH / max(steps, 4)
    heights = [5.5 + 7.5 * step / max(steps - 1, 3) for step in range(steps)]
    bars = [
        {
            "x": f"{step * stride + 0.5:.2f}",
            "y": f"{HEIGHT - height:.2f}",
            "width": f"{stride * 0.6:.2f}",
            "height": f"{height:.2f}",
            "filled": step < reached,
        }
        for step, height in enumerate(heights)
    ]
    return {"bars": bars}
