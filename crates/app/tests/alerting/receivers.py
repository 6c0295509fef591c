"""A mail server and a receiver of webhooks that share no code with Allium.

Arguments: a folder, and the secret of the webhook. Every mail and every request becomes a file of JSON in the
folder. While a file named `hold` lies there, nothing is accepted: both servers wait before they answer. The
first line of the output has the two ports. Ends when its input does.
"""

import asyncio
import base64
import email
import email.policy
import hashlib
import hmac
import json
import pathlib
import sys
import time

from aiosmtpd.smtp import SMTP

FOLDER = pathlib.Path(sys.argv[1])
SECRET = sys.argv[2].encode()


def keep(kind, value):
    """Writes a file that becomes visible when it is whole."""
    name = f"{kind}-{time.time_ns()}"
    part = FOLDER / f"{name}.part"
    part.write_text(json.dumps(value))
    part.rename(FOLDER / f"{name}.json")


async def released():
    while (FOLDER / "hold").exists():
        await asyncio.sleep(0.02)


class Mailbox:
    async def handle_DATA(self, server, session, envelope):
        await released()
        mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
        keep("mail", {
            "to": envelope.rcpt_tos,
            "headers": {name.lower(): str(value) for name, value in mail.items()},
            "body": mail.get_body(("plain",)).get_content(),
        })
        return "250 OK"


def is_signed(headers, body):
    """As Standard Webhooks has it: signed by the secret, and not older than five minutes."""
    stamp = headers.get("webhook-timestamp", "")
    content = f"{headers.get('webhook-id')}.{stamp}.".encode() + body
    digest = base64.b64encode(hmac.new(SECRET, content, hashlib.sha256).digest()).decode()
    is_right = hmac.compare_digest(headers.get("webhook-signature", ""), f"v1,{digest}")
    return is_right and stamp.isdigit() and abs(time.time() - int(stamp)) <= 300


async def receive(reader, writer):
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        lines = [line.split(": ", 1) for line in head.split("\r\n")[1:] if ": " in line]
        headers = {name.lower(): value for name, value in lines}
        body = await reader.readexactly(int(headers["content-length"]))
        await released()
        keep("hook", {
            "id": headers.get("webhook-id"),
            "is_signed": is_signed(headers, body),
            "body": json.loads(body),
        })
        writer.write(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")
        await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        pass
    finally:
        writer.close()


async def main():
    loop = asyncio.get_running_loop()
    mail = await loop.create_server(lambda: SMTP(Mailbox(), hostname="mail.example", loop=loop), "127.0.0.1", 0)
    hooks = await asyncio.start_server(receive, "127.0.0.1", 0)
    ports = [server.sockets[0].getsockname()[1] for server in (mail, hooks)]
    print(*ports, flush=True)
    await loop.run_in_executor(None, sys.stdin.read)


asyncio.run(main())
