"""The repairs: each makes moto answer one thing as AWS does. `REPAIRS` is their order."""

from .capacity import Capacity
from .credentials import Credentials, Sessions
from .idempotence import Idempotence
from .instance_states import InstanceStates
from .instances import Instances, Visibility
from .launches import Launches
from .offerings import Offerings
from .signatures import Signatures
from .spot_prices import SpotPrices
from .spot_requests import SpotRequests
from .unknown_actions import UnknownActions

_credentials, _visibility, _spot_requests = Credentials(), Visibility(), SpotRequests()
_capacity = Capacity()

SIGNATURES = Signatures(_credentials)
REPAIRS = [
    UnknownActions(),
    Sessions(_credentials),
    Idempotence(),
    _visibility,
    Launches(_capacity),
    _spot_requests,
    InstanceStates(_spot_requests),
    Instances(_visibility),
    Offerings(),
    SpotPrices(),
]

__all__ = ["REPAIRS", "SIGNATURES"]
