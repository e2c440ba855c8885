"""The repairs: each makes moto answer one thing as AWS does.

`REPAIRS` is their order: before() in this order, after() in reverse; the gate `SIGNATURES` runs
before everything else. `Idempotence` stands before `Launches` so that it keeps finished answers,
and `Launches` before `SpotRequests` so that its answer names the requests.
"""

from .capacity import Capacity
from .credentials import Credentials, Sessions
from .file_systems import FileSystems
from .idempotence import Idempotence
from .images import Images
from .instance_states import InstanceStates
from .instance_status import InstanceStatus
from .instances import Instances
from .internet_gateways import InternetGateways
from .key_pairs import KeyPairs
from .launches import Launches
from .offerings import Offerings
from .pricing import Pricing
from .quotas import Quotas
from .security_groups import SecurityGroups
from .signatures import Signatures
from .spot_prices import SpotPrices
from .spot_requests import SpotRequests
from .tags import Tags
from .unknown_actions import UnknownActions
from .visibility import Visibility

_credentials = Credentials()

SIGNATURES = Signatures(_credentials)
REPAIRS = [
    SIGNATURES,
    UnknownActions(),
    Sessions(_credentials),
    Images(),
    Idempotence(),
    Visibility(),
    Tags(),
    Launches(Capacity()),
    SpotRequests(),
    InstanceStates(),
    Instances(),
    InstanceStatus(),
    SecurityGroups(),
    InternetGateways(),
    KeyPairs(),
    Offerings(),
    SpotPrices(),
    FileSystems(),
    Pricing(),
    Quotas(),
]

__all__ = ["REPAIRS", "SIGNATURES"]
