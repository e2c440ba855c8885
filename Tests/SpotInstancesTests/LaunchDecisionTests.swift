import AWSServices
import SpotInstances
import SpotSupport
import Testing

struct LaunchDecisionTests {
    @Test func `without a machine one is launched`() {
        #expect(LaunchDecision(machines: []) == .launch)
    }

    @Test(arguments: InstanceState.allCases)
    func `one machine decides by its state`(state: InstanceState) {
        let machine = Machine.fixture("i-1", state)
        let expected: LaunchDecision =
            switch state {
            case .pending, .running: .reconnect(machine)
            case .stopping: .startWhenStopped(machine)
            case .stopped: .start(machine)
            case .shuttingDown, .terminated: .launch
            }
        #expect(LaunchDecision(machines: [machine]) == expected)
    }

    @Test(arguments: [InstanceState.terminated, .shuttingDown])
    func `row 27: a dead machine beside a live one does not count`(dead: InstanceState) {
        let alive = Machine.fixture("i-2", .stopped)
        let decision = LaunchDecision(machines: [.fixture("i-1", dead), alive])
        #expect(decision == .start(alive))
    }

    @Test func `two live machines are told by their ids in order, the dead left out`() {
        let (first, second) = (Machine.fixture("i-1", .pending), Machine.fixture("i-2", .stopped))
        let decision = LaunchDecision(machines: [second, .fixture("i-3", .terminated), first])
        #expect(decision == .ambiguous([first, second]))
    }
}
