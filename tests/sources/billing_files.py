"""GitHub Copilot bills as tests write them."""

import csv
import io
import json

BASE = {
    "date": "2026-06-01",
    "username": "kim-corp",
    "product": "copilot",
    "sku": "copilot_ai_credit",
    "model": "gpt-5",
    "quantity": "2",
    "unit_type": "ai-credits",
    "applied_cost_per_quantity": "0.01",
    "gross_amount": "0.02",
    "discount_amount": "0.005",
    "net_amount": "0.015",
    "organization": "acme",
    "repository": "acme/CANARY",
    "cost_center_name": "CANARY centre",
    "aic_quantity": "900",
    "aic_gross_amount": "9",
}
ITEM = {
    "product": "Copilot",
    "sku": "Copilot AI Credits",
    "model": "GPT-5",
    "unitType": "credits",
    "grossQuantity": 2,
    "grossAmount": 0.02,
    "discountAmount": 0.005,
    "netQuantity": 1.5,
    "netAmount": 0.015,
}


def text_of(*records):
    """As the vendor writes it: with a byte order mark, every cell quoted."""
    out = io.StringIO()
    writer = csv.DictWriter(out, list(records[0]), quoting=csv.QUOTE_ALL)
    writer.writeheader()
    writer.writerows(records)
    return "\ufeff" + out.getvalue()


def answer(*items, **head):
    return json.dumps(
        {"timePeriod": {"year": 2026, "month": 6, "day": 1}, "enterprise": "GitHub"} | head | {"usageItems": items}
    )
