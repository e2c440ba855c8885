import AWSRuntime
import AWSServices
import SSHKeys
import SpotInstances
import SpotProfiles
import SpotSupport

/// Looks at what we may do: EC2 is asked with dry runs, the others with a look that changes nothing.
package struct PermissionChecks: Sendable {
    private static let role = "AWSServiceRoleForEC2Spot"

    private let account: Account

    package init(_ account: Account) {
        self.account = account
    }

    package var checks: [Check] {
        [
            Check("permissions") { try await permissions() },
            Check("spot role") { try await spotRole() },
        ]
    }

    /// Whether one action is allowed.
    private enum Answer: Sendable {
        case allowed
        case denied
        /// AWS found another fault first.
        case untold(String)
    }

    private func permissions() async throws -> Verdict {
        let machine = try? await account.directory.machines().first { $0.state.isAlive }
        let probes = await probes(machine)
        let answers = await withTaskGroup(of: (String, Answer).self) { group in
            for probe in probes { group.addTask { (probe.action, await probe.answer()) } }
            return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
        var denied: [String] = []
        var untold: [String] = []
        for action in probes.map(\.action) {
            switch answers[action] {
            case .denied: denied.append(action)
            case .untold(let why): untold.append("\(action): \(why)")
            case .allowed, nil: break
            }
        }
        let scope =
            machine == nil ? "; what changes machines can only be tried on one of yours" : ""
        guard denied.isEmpty else {
            return .problem(
                .denied,
                "not allowed: \(denied.joined(separator: ", "))",
                remedy: "have the policy of docs/iam-policy.json attached to who you are"
            )
        }
        guard untold.isEmpty else {
            return .warning(
                "\(probes.count - untold.count) of \(probes.count) actions are allowed, "
                    + "the others could not be tried (\(untold.joined(separator: "; ")))"
            )
        }
        return .ok("all \(probes.count) actions that were tried are allowed\(scope)")
    }

    /// An action and a way to ask whether it is allowed.
    private struct Probe: Sendable {
        let action: String
        let ask: @Sendable () async throws -> Void

        func answer() async -> Answer {
            do {
                try await ask()
                return .allowed
            } catch let error as AWSError where error.kind == .denied {
                return .denied
            } catch {
                return .untold((error as? AWSError)?.code.rawValue ?? "\(error)")
            }
        }
    }

    private func probes(_ machine: Machine?) async -> [Probe] {
        await reads + launch() + (machine.map { changes(of: $0) } ?? [])
    }

    private func dryRun(_ operation: some EC2Operation) -> Probe {
        Probe(action: "ec2:\(type(of: operation).name)") {
            try await account.ec2.dryRun(operation)
        }
    }

    private var reads: [Probe] {
        [
            dryRun(DescribeInstances()),
            dryRun(DescribeInstanceTypes()),
            dryRun(DescribeImages(ids: [])),
            dryRun(DescribeKeyPairs()),
            dryRun(DescribeSecurityGroups()),
            dryRun(DescribeSpotInstanceRequests()),
            dryRun(DescribeSpotPriceHistory(types: [])),
            dryRun(DescribeSubnets()),
            Probe(action: "pricing:GetProducts") {
                guard let type = account.profile.instanceTypes.value.first else { return }
                let answer = await account.listPrices.onDemand(
                    [InstanceType(type)],
                    in: account.region
                )
                if let failure = answer.failure { throw failure }
            },
        ]
    }

    /// What makes a machine, as a launch would ask for it.
    private func launch() async -> [Probe] {
        let tags = ["Name": "doctor", MachineTags.Key.managed: MachineTags.managedValue]
        let vpc = try? await account.subnets().first?.vpc
        return [
            Probe(action: "ssm:GetParameter") {
                guard let path = account.profile.image.value.parameterPath(for: .x86) else {
                    return
                }
                _ = try await account.ssm.getParameter(path)
            },
            Probe(action: "ec2:RunInstances") {
                try await account.ec2.dryRun(try await runInstances(tags))
            },
            // CreateFleet itself can only be tried with a template of ours.
            dryRun(
                CreateLaunchTemplate(
                    name: LaunchTemplateName("spot-doctor"),
                    data: LaunchTemplateData(image: ImageID("ami-00000000000000000")),
                    tags: tags
                )
            ),
            dryRun(
                CreateSecurityGroup(
                    name: "spot-doctor",
                    description: "Made by spot",
                    vpc: vpc,
                    tags: tags
                )
            ),
            Probe(action: "ec2:ImportKeyPair") {
                let key = try PrivateKey.generateEd25519(comment: "spot:doctor")
                let request = ImportKeyPair(
                    name: KeyPairName("spot-doctor"),
                    publicKey: key.publicKey.authorizedKeysLine,
                    tags: tags
                )
                try await account.ec2.dryRun(request)
            },
        ]
    }

    private func runInstances(_ tags: [String: String]) async throws -> RunInstances {
        guard let type = try await account.type(), let subnet = try await account.subnets().first
        else { throw GeneralFailure(.conflict, "there is no type or no subnet to try it with") }
        let isARM = type.architectures.contains(Architecture.arm.rawValue)
        let image = try await ImageResolver(
            ec2: account.ec2,
            ssm: account.ssm,
            region: account.region
        ).resolve(account.profile.image.value, architecture: isARM ? .arm : .x86)
        var machine = LaunchTemplateData(image: image.id, type: type.type)
        machine.network = NetworkPlacement(
            subnet: subnet.id,
            groups: [],
            assignsPublicAddress: true
        )
        machine.instanceProfileName = account.profile.instanceProfile.value
        machine.metadata = MetadataOptions(requiresTokens: true, hopLimit: 2)
        let isSpot = account.profile.market.value != .onDemand
        let kinds: [TagSpecification.ResourceType] = [.instance, .volume, .networkInterface]
        machine.tags = (kinds + (isSpot ? [.spotInstancesRequest] : [])).map {
            TagSpecification($0, tags)
        }
        var request = RunInstances(machine)
        request.spot = isSpot ? SpotOptions() : nil
        return request
    }

    /// What works on a machine that is there.
    private func changes(of machine: Machine) -> [Probe] {
        let group = machine.instance.groups.first { $0.name == "spot-\(machine.name)" }
        return [
            dryRun(CreateTags(on: [machine.id.rawValue], [MachineTags.Key.managed: "1"])),
            dryRun(StopInstances([machine.id])),
            dryRun(TerminateInstances([machine.id])),
        ]
            + (group.map { group in
                let ssh = IPPermission(
                    protocol: "tcp",
                    ports: 22...22,
                    ipv4: [.init("192.0.2.1/32")]
                )
                return [
                    dryRun(AuthorizeSecurityGroupIngress(group.id, [ssh])),
                    dryRun(DeleteSecurityGroup(group.id)),
                ]
            } ?? [])
    }

    /// The role in whose name EC2 starts spot instances; it makes it at the first one, if it may.
    private func spotRole() async throws -> Verdict {
        do {
            _ = try await account.iam.getRole(Self.role)
            return .ok("\(Self.role) is there")
        } catch {
            switch error.kind {
            case .notFound:
                return .warning(
                    "\(Self.role) is not there; EC2 makes it at the first launch if you may "
                        + "iam:CreateServiceLinkedRole",
                    remedy:
                        "aws iam create-service-linked-role --aws-service-name spot.amazonaws.com"
                )
            case .denied:
                return .skipped("no permission to look (iam:GetRole); a launch will tell")
            default: throw error
            }
        }
    }
}
