"""The baseline with FastAPI and uvicorn: parses and validates a delivery, puts it on a queue in memory, answers. Stores nothing."""
import asyncio
import sys
from typing import Dict, List, Optional

import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel


class Alert(BaseModel):
    status: str
    labels: Dict[str, str]
    annotations: Dict[str, str]
    startsAt: str
    endsAt: str
    generatorURL: Optional[str] = ""
    fingerprint: str


class Delivery(BaseModel):
    receiver: str
    status: str
    alerts: List[Alert]
    groupLabels: Dict[str, str]
    commonLabels: Dict[str, str]
    commonAnnotations: Dict[str, str]
    externalURL: str
    version: str
    groupKey: str


app = FastAPI()
queue: asyncio.Queue = asyncio.Queue()


@app.post("/webhook")
async def webhook(delivery: Delivery):
    for alert in delivery.alerts:
        queue.put_nowait(alert)
        if queue.qsize() > 100000:
            queue.get_nowait()
    return {
        "status": "success",
        "message": "Alerts queued for analysis",
        "report_urls": [
            {"fingerprint": a.fingerprint, "alert_name": a.labels.get("alertname", ""), "namespace": a.labels.get("namespace", "Unknown"),
             "report_url": f"http://localhost:8001/report/{a.fingerprint}"} for a in delivery.alerts
        ],
    }


uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), log_level="warning", access_log=False)
