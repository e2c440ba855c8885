"""Public images and the parameters that name them."""

import pytest
from api_harness import api, ec2, launch, mine  # noqa: F401

AMAZON = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-{arch}"
NOBLE = "/aws/service/canonical/ubuntu/server/24.04/stable/current/{deb}/hvm/ebs-gp3/ami-id"
JAMMY = "/aws/service/canonical/ubuntu/server/22.04/stable/current/{deb}/hvm/ebs-gp2/ami-id"
DEBIAN = "/aws/service/debian/release/12/latest/{deb}"
# parameter: owner, root device, beginning of the name
IMAGES = {
    AMAZON: ("137112412989", "/dev/xvda", "al2023-ami-2023."),
    NOBLE: ("099720109477", "/dev/sda1", "ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-"),
    JAMMY: ("099720109477", "/dev/sda1", "ubuntu/images/hvm-ssd/ubuntu-jammy-22.04-"),
    DEBIAN: ("136693071363", "/dev/xvda", "debian-12-"),
}
REGIONS = ("us-east-1", "eu-central-1", "ap-southeast-2", "sa-east-1")


@pytest.mark.parametrize("parameter", IMAGES)
@pytest.mark.parametrize("architecture", ["x86_64", "arm64"])
def test_every_region_names_and_has_the_image(api, parameter, architecture):
    owner, root, beginning = IMAGES[parameter]
    deb = {"x86_64": "amd64"}.get(architecture, architecture)
    name = parameter.format(arch=architecture, deb=deb)
    seen = set()
    for region in REGIONS:
        found = api.client("ssm", region).get_parameter(Name=name)["Parameter"]
        assert found["DataType"] == "aws:ec2:image"
        image = api.client("ec2", region).describe_images(ImageIds=[found["Value"]])["Images"][0]
        assert (image["OwnerId"], image["RootDeviceName"]) == (owner, root)
        assert image["Name"].startswith(beginning)
        assert image["Architecture"] == architecture
        assert image["PlatformDetails"] == "Linux/UNIX"
        assert image["State"] == "available" and image["Public"] is True
        assert image["VirtualizationType"] == "hvm" and image["RootDeviceType"] == "ebs"
        disk = image["BlockDeviceMappings"][0]
        assert disk["DeviceName"] == root and disk["Ebs"]["VolumeSize"] == 8
        assert disk["Ebs"]["SnapshotId"].startswith("snap-")
        assert disk["Ebs"]["DeleteOnTermination"] is True
        seen.add(image["ImageId"])
    assert len(seen) == len(REGIONS)


def test_parameters_are_found_together_and_by_path(api):
    ssm = api.client("ssm", "eu-west-1")
    names = [NOBLE.format(deb="amd64"), DEBIAN.format(deb="arm64"), AMAZON.format(arch="x86_64")]
    found = ssm.get_parameters(Names=[*names, "/none"])
    assert sorted(p["Name"] for p in found["Parameters"]) == sorted(names)
    assert found["InvalidParameters"] == ["/none"]
    path = "/aws/service/debian/release/12/latest"
    assert len(ssm.get_parameters_by_path(Path=path)["Parameters"]) == 2


def test_images_are_found_by_owner_and_name(api):
    images = api.client("ec2", "eu-west-1").describe_images(
        Owners=["099720109477"],
        Filters=[
            {"Name": "name", "Values": ["ubuntu/images/hvm-ssd*/ubuntu-noble-24.04-*"]},
            {"Name": "architecture", "Values": ["arm64"]},
        ],
    )["Images"]
    assert len(images) == 1 and "CreationDate" in images[0]


def test_an_ubuntu_instance_has_ubuntus_root_device(mine):
    name = NOBLE.format(deb="amd64")
    picture = mine.client("ssm").get_parameter(Name=name)["Parameter"]["Value"]
    instance = launch(mine, ImageId=picture)[0]
    assert instance["RootDeviceName"] == "/dev/sda1"
    assert [d["DeviceName"] for d in instance["BlockDeviceMappings"]] == ["/dev/sda1"]
