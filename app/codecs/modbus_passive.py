"""Modbus overheard: requests and answers of a capture put together into register reads."""

from __future__ import annotations

from collections import Counter

from app.codecs.modbus_events import Discarded, ModbusClient, Refused, Why
from app.codecs.modbus_pdu import Request
from app.codecs.modbus_requests import parse_rtu, parse_tcp
from app.codecs.modbus_rtu import RtuClient
from app.codecs.modbus_tcp import TcpClient
from app.core.errors import LocalProtocolError, RemoteProtocolError
from app.core.links import RegistersRead


class PassiveDecoder:
    """Hears both sides of a Modbus conversation; ``tcp`` says which framing.

    ``sent`` takes one whole request, as a capture keeps it; ``received`` any piece of the answer.
    ``dropped`` counts by reason what made no read, ``refused`` the exceptions by code.
    """

    def __init__(self, *, tcp: bool) -> None:
        self._tcp = TcpClient() if tcp else None
        self._rtu = RtuClient()
        self._client: ModbusClient = self._tcp or self._rtu
        self.dropped: Counter[Why] = Counter()
        self.refused: Counter[int] = Counter()

    def sent(self, data: bytes) -> Request | None:
        """A request left; what was waited for before is given up. None where it is no request."""
        try:
            if self._tcp is not None:
                transaction, request = parse_tcp(data)
                self._tcp.resume(transaction, request)
            else:
                request = parse_rtu(data)
                self._rtu.give_up()
                # The recorder made sure that nothing confusable was owed when it asked.
                self._rtu.forget(request.unit)
                self._rtu.send(request)
        except (RemoteProtocolError, LocalProtocolError):
            self.dropped[Why.GARBAGE] += 1
            return None
        return request

    def received(self, data: bytes, received_ns: int) -> list[RegistersRead]:
        """Bytes came at that time; the reads that they complete."""
        self._client.receive_data(data)
        found: list[RegistersRead] = []
        while (event := self._client.next_event()) is not None:
            if isinstance(event, Discarded):
                self.dropped[event.why] += 1
            elif isinstance(event, Refused):
                self.refused[event.code] += 1
            elif event.values and event.request.table is not None:
                request = event.request
                found.append(
                    RegistersRead(
                        unit=request.unit,
                        table=event.request.table,
                        address=request.address,
                        values=event.values,
                        received_ns=received_ns,
                    )
                )
        return found
