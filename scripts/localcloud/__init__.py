"""The lab: a local cloud. moto answers the AWS APIs, and every instance is a real isolated host."""
