package import AWSRuntime
package import AWSServices
package import HTTPTransport
import SpotDoctor
package import SpotInstances
import SpotProfiles
package import SpotSupport

/// The AWS side of one run: clients of one region, and what is built on them.
package struct Cloud: Sendable {
    package let region: Region
    package let ec2: any EC2Client
    package let ssm: any SSMClient
    package let sts: any STSClient
    package let iam: any IAMClient
    package let quotas: any ServiceQuotasClient
    package let listPrices: ListPrices
    /// The clock of AWS, to hold ours against.
    package let clock: ServerClock
    /// For what is not AWS: the question after our own address.
    package let http: any HTTPTransport
    private let time: any TimeSource
    private let ec2InRegion: @Sendable (Region) -> any EC2Client

    package init(
        region: Region,
        ec2: any EC2Client,
        ssm: any SSMClient,
        sts: any STSClient,
        iam: any IAMClient,
        quotas: any ServiceQuotasClient,
        listPrices: ListPrices,
        clock: ServerClock,
        http: any HTTPTransport,
        time: any TimeSource,
        ec2InRegion: @escaping @Sendable (Region) -> any EC2Client
    ) {
        self.region = region
        self.ec2 = ec2
        self.ssm = ssm
        self.sts = sts
        self.iam = iam
        self.quotas = quotas
        self.listPrices = listPrices
        self.clock = clock
        self.http = http
        self.time = time
        self.ec2InRegion = ec2InRegion
    }

    /// The machines of every region that the account has enabled, all asked at the same time.
    package func directories() async throws -> [MachineDirectory] {
        try await ec2.describeRegions(DescribeRegions()).filter(\.isEnabled)
            .compactMap { Region($0.name) }
            .map { MachineDirectory(ec2: ec2InRegion($0), region: $0) }
    }

    /// What AWS says of the machine's spot request, where that is more than that it is served; a
    /// machine that will be taken back says so here two minutes before.
    func interruptionNotice(of machine: Machine) async throws -> String? {
        guard let request = machine.instance.spotRequest, machine.state.isAlive else { return nil }
        let found: [SpotInstanceRequest]
        do {
            found = try await ec2.describeSpotInstanceRequests(
                DescribeSpotInstanceRequests(ids: [request])
            )
        } catch {
            guard error.code == .spotRequestNotFound else { throw error }
            return nil
        }
        guard let status = found.first?.statusCode, status != "fulfilled" else { return nil }
        return found.first?.statusMessage ?? status
    }

    /// What there is to examine where this profile is launched.
    func account(launching profile: LaunchProfile) -> Account {
        Account(
            region: region,
            ec2: ec2,
            ssm: ssm,
            sts: sts,
            iam: iam,
            quotas: quotas,
            listPrices: listPrices,
            clock: clock,
            ec2InRegion: ec2InRegion,
            time: time,
            profile: profile
        )
    }

    package var directory: MachineDirectory { MachineDirectory(ec2: ec2, region: region) }
    package var market: SpotMarket { SpotMarket(ec2: ec2, time: time) }
    package var survey: MarketSurvey {
        MarketSurvey(home: ec2, listPrices: listPrices, time: time, ec2InRegion: ec2InRegion)
    }
    package var waiter: InstanceWaiter { InstanceWaiter(directory: directory, time: time) }
    package var power: InstancePower {
        InstancePower(ec2: ec2, directory: directory, waiter: waiter)
    }
}
