"""An SMTP server that answers by script, for what a well-behaved server never does."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

SILENCE = ""
HANG_UP = "HANG UP"
GREETING = "GREETING"
CONTENT = "CONTENT"
POLITE = {
    GREETING: "220 ready",
    "EHLO": "250 localhost",
    "MAIL": "250 ok",
    "RCPT": "250 ok",
    "DATA": "354 go on",
    CONTENT: "250 taken",
    "RSET": "250 ok",
    "QUIT": "221 bye",
}


@dataclass
class ScriptedSmtp:
    """What the server will say (`answers`, by command) and what it heard."""

    answers: dict[str, str]
    port: int = 0
    connections: int = 0
    heard: list[str] = field(default_factory=list)

    async def converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            is_content = False
            going_on = await self._answer(GREETING, reader, writer)
            while going_on and (heard := await reader.readline()):
                line = heard.decode().strip()
                if is_content and line != ".":
                    continue
                command = CONTENT if is_content else line.split()[0].upper()
                self.heard.append(command)
                going_on = await self._answer(command, reader, writer)
                is_content = command == "DATA" and self.answers["DATA"].startswith("354")
        finally:
            writer.close()

    async def _answer(self, said: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        answer = self.answers["EHLO" if said == "HELO" else said]
        if answer == HANG_UP:
            return False
        if answer == SILENCE:
            # Until the client gives up and closes.
            while await reader.read(1024):
                pass
            return False
        writer.write(f"{answer}\r\n".encode())
        await writer.drain()
        return True


@asynccontextmanager
async def scripted_smtp(answers: Mapping[str, str]) -> AsyncIterator[ScriptedSmtp]:
    """A server on a free port that is polite but for the given answers."""
    script = ScriptedSmtp({**POLITE, **answers})
    server = await asyncio.start_server(script.converse, "127.0.0.1", 0)
    script.port = server.sockets[0].getsockname()[1]
    async with server:
        yield script
