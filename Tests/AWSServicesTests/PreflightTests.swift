import AWSRuntime
import AWSServices
import FoundationEssentials
import HTTPTransport
import Testing

/// What is asked before a launch.
///
/// The expected requests were serialised by botocore from the same parameters.
struct PreflightTests {
    static let requests: [GoldenRequest] = [
        GoldenRequest(
            "a page of route tables",
            {
                var query = DescribeRouteTables(filters: [Filter("vpc-id", ["vpc-1"])])
                query.nextToken = "t"
                return query
            }(),
            """
            Action=DescribeRouteTables
            Filter.1.Name=vpc-id
            Filter.1.Value.1=vpc-1
            NextToken=t
            Version=2016-11-15
            """
        ),
        GoldenRequest(
            "a termination that is only asked for",
            DryRun(TerminateInstances(["i-1"])),
            """
            Action=TerminateInstances
            DryRun=true
            InstanceId.1=i-1
            Version=2016-11-15
            """
        ),
        GoldenRequest(
            "a list that is only asked for",
            DryRun(DescribeSubnets(filters: [Filter("default-for-az", ["true"])])),
            """
            Action=DescribeSubnets
            DryRun=true
            Filter.1.Name=default-for-az
            Filter.1.Value.1=true
            Version=2016-11-15
            """
        ),
    ]

    @Test(arguments: requests)
    func `every request has the fields that botocore sends`(_ golden: GoldenRequest) throws {
        #expect(try golden.actualFields() == golden.expectedFields)
    }

    @Test func `a dry run may be repeated, whatever it asks for`() {
        #expect(
            DryRun(RunInstances(LaunchTemplateData(image: "ami-1", type: "t3.small"))).effect
                == .reads
        )
    }

    @Test func `a quota is asked for by its code`() throws {
        let request = try GetServiceQuota(code: "L-34B43A08").encoded()
        #expect(request.headers["X-Amz-Target"] == "ServiceQuotasV20190624.GetServiceQuota")
        #expect(request.headers["Content-Type"] == "application/x-amz-json-1.1")
        #expect(
            String(decoding: request.body, as: UTF8.self)
                == #"{"QuotaCode":"L-34B43A08","ServiceCode":"ec2"}"#
        )
    }

    @Test func `a quota is read with its value`() throws {
        let answer = try GetServiceQuota.output(
            from: .ok(
                #"{"Quota":{"QuotaCode":"L-34B43A08","QuotaName":"Spot","Value":64.0,"#
                    + #""Unit":"None"}}"#
            )
        )
        #expect(answer.quota == ServiceQuota(code: "L-34B43A08", name: "Spot", value: 64))
    }

    @Test func `route tables tell which one leads to the internet`() throws {
        let text = """
            <R><routeTableSet><item><routeTableId>rtb-1</routeTableId>
            <routeSet>
            <item><destinationCidrBlock>172.31.0.0/16</destinationCidrBlock>
            <gatewayId>local</gatewayId><state>active</state></item>
            <item><destinationCidrBlock>0.0.0.0/0</destinationCidrBlock>
            <gatewayId>igw-1</gatewayId><state>active</state></item>
            <item><destinationIpv6CidrBlock>::/0</destinationIpv6CidrBlock>
            <gatewayId>igw-2</gatewayId><state>blackhole</state></item>
            </routeSet>
            <associationSet><item><main>true</main></item>
            <item><main>false</main><subnetId>subnet-1</subnetId></item></associationSet>
            </item></routeTableSet></R>
            """
        let table = try #require(try DescribeRouteTables.read(text).items.first)
        #expect(table.isMain)
        #expect(table.subnets == ["subnet-1"])
        #expect(table.routes.map(\.leadsToInternet) == [false, true, false])
    }

    @Test func `a role is read with its ARN`() throws {
        let text = """
            <GetRoleResponse><GetRoleResult><Role><RoleName>a</RoleName>\
            <Arn>arn:aws:iam::1:role/a</Arn></Role></GetRoleResult></GetRoleResponse>
            """
        #expect(
            try GetRole.output(from: .ok(text)) == Role(name: "a", arn: "arn:aws:iam::1:role/a")
        )
    }
}

extension HTTPResponse {
    static func ok(_ text: String) -> HTTPResponse {
        HTTPResponse(status: 200, body: Array(text.utf8))
    }
}
