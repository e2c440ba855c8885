"""The repairs: each makes moto answer one thing as AWS does.

`REPAIRS` is their order: before() in this order, after() in reverse; the gate `SIGNATURES` runs
before everything else. `Pages` cuts what all the others have answered; `Authorization` comes before
whatever could tell a caller something or remember its call; `Idempotence` stands before `Launches`
and `Fleets` so that it keeps finished answers, and `Launches` before `SpotRequests` so that its
answer names the requests.
"""

from .authorization import Authorization
from .buckets import Buckets
from .capacity import Capacity
from .credentials import Credentials, Sessions
from .default_network import DefaultNetwork
from .dry_runs import DryRuns
from .file_systems import FileSystems
from .fleet_launcher import FleetLauncher
from .fleets import Fleets
from .idempotence import Idempotence
from .images import Images
from .instance_states import InstanceStates
from .instance_status import InstanceStatus
from .instances import Instances
from .internet_gateways import InternetGateways
from .key_pairs import KeyPairs
from .launch_templates import LaunchTemplates
from .launches import Launches
from .offerings import Offerings
from .pages import Pages
from .pricing import Pricing
from .queues import Queues
from .quotas import Quotas
from .regions import Regions
from .scaling_groups import ScalingGroups
from .security_groups import SecurityGroups
from .service_roles import ServiceRoles
from .signatures import Signatures
from .spot_prices import SpotPrices
from .spot_requests import SpotRequests
from .tags import Tags
from .unknown_actions import UnknownActions
from .visibility import Visibility

_authorization = Authorization()
_credentials = Credentials()
_capacity = Capacity()
_visibility = Visibility()
_launches = Launches(_capacity, _authorization)
_spot_requests = SpotRequests()

SIGNATURES = Signatures(_credentials)
REPAIRS = [
    SIGNATURES,
    Regions(),
    Pages(),
    UnknownActions(),
    _authorization,
    ServiceRoles(),
    DefaultNetwork(),
    Sessions(_credentials),
    Images(),
    Idempotence(),
    _visibility,
    Tags(),
    DryRuns(),
    LaunchTemplates(),
    Fleets(FleetLauncher(_authorization, _capacity, _launches, _spot_requests, _visibility)),
    _launches,
    _spot_requests,
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
    Queues(),
    Buckets(),
    ScalingGroups(),
]

__all__ = ["REPAIRS", "SIGNATURES"]
