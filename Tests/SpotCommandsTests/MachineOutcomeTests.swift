import SpotSupport
import Testing

@testable import SpotCommands

struct MachineOutcomeTests {
    private let lost = MachineOutcome(
        name: "c",
        end: .failed(GeneralFailure(.transport, "the connection was lost", hint: "look"))
    )

    @Test func `the summary groups who failed alike and leaves out who did not`() {
        let outcomes = [
            MachineOutcome(name: "a", end: .exited(3)), MachineOutcome(name: "b", end: .exited(0)),
            lost, MachineOutcome(name: "d", end: .exited(3)),
            MachineOutcome(name: "e", end: .exited(137)),
        ]
        #expect(
            MachineOutcome.summary(of: outcomes)
                == "4 of 5 failed: a, d ended with 3; c could not be seen through; e ended with 137"
        )
    }

    @Test func `our own failure has ssh's status and names the machine once`() {
        #expect(lost.status == 255)
        #expect(lost.failure?.message == "c: the connection was lost")
        #expect(lost.failure?.hint == "look")
        let named = GeneralFailure(.transport, "cannot connect to c: nobody is there")
        #expect(
            MachineOutcome(name: "c", end: .failed(named)).failure?.message == named.message
        )
    }

    @Test(
        arguments: [
            ([], 0), ([0], 0), ([0, 0], 0), ([3], 3), ([3, 3], 3), ([255, 255], 255), ([0, 3], 8),
            ([3, 4], 8), ([3, 3, 0], 8),
        ] as [([Int32], Int32)]
    )
    func `what all have in common is the status, and 8 where there is no such thing`(
        statuses: [Int32],
        common: Int32
    ) {
        #expect(ExitStatus.common(of: statuses) == common)
    }
}
