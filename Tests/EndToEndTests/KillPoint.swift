import Glibc
import SpotTestSupport

/// A call of spot's, at which it is killed.
struct KillPoint: Sendable, CustomStringConvertible {
    /// When the lab has the call in its hands.
    enum Moment: String, Sendable {
        /// The call has had its effect; nobody hears the answer.
        case afterEffect = "after its effect"
        /// The call has its effect later, when nobody counts on it any more.
        case beforeEffect = "before its effect"
    }

    /// Its place among the calls of an undisturbed run.
    let number: Int
    let action: String
    /// 1 for the first call of that action.
    let occurrence: Int
    let mutates: Bool
    let moment: Moment

    /// A machine that is quick is looked at less often.
    var mayBeMissing: Bool { occurrence > 1 && !mutates }

    var description: String {
        let which = occurrence > 1 ? " (\(occurrence))" : ""
        return "\(number). \(action)\(which), \(moment.rawValue)"
    }

    /// Every call, and before its effect every one that has an effect.
    static func all(of calls: [LabCall]) -> [KillPoint] {
        var occurrences: [String: Int] = [:]
        return calls.enumerated().flatMap { index, call in
            occurrences[call.action, default: 0] += 1
            let moments: [Moment] =
                call.mutates ? [.afterEffect, .beforeEffect] : [.afterEffect]
            return moments.map { moment in
                KillPoint(
                    number: index + 1,
                    action: call.action,
                    occurrence: occurrences[call.action] ?? 1,
                    mutates: call.mutates,
                    moment: moment
                )
            }
        }
    }
}

/// A spot that was killed at one of its calls, which is still in the lab's hands.
struct KilledProgram: Sendable {
    private let lab: Lab
    private let hold: Lab.Hold
    /// False where it had ended by itself before there was such a call: not every run asks equally often.
    let wasReached: Bool

    init(_ arguments: [String], at point: KillPoint, on computer: Computer) async throws {
        let lab = computer.lab
        let hold = try await lab.hold(
            point.action,
            occurrence: point.occurrence,
            in: computer.region,
            beforeEffect: point.moment == .beforeEffect
        )
        (self.lab, self.hold) = (lab, hold)
        let running = try WatchedProgram(computer.program, arguments, in: computer.files.path)
        async let ending = Self.end(of: running, lab, hold, at: point.moment)
        let isHeld = try await lab.awaitCall(of: hold)
        if isHeld { running.signal(SIGKILL) }
        let (status, talk) = try await ending
        wasReached = isHeld
        let expected = isHeld ? 128 + SIGKILL : 0
        guard status == expected, isHeld || point.mayBeMissing else {
            throw Computer.Surprise(
                description: "ended with \(status) \(isHeld ? "at" : "before") the call\n\(talk)"
            )
        }
    }

    /// A program that ends by itself must not leave the hold behind; nor is an answer held for the dead.
    private static func end(
        of program: WatchedProgram,
        _ lab: Lab,
        _ hold: Lab.Hold,
        at moment: KillPoint.Moment
    ) async throws -> (status: Int32, talk: String) {
        let ending = try await program.end()
        let isKilled = ending.status == 128 + SIGKILL
        if !isKilled || moment == .afterEffect { try await lab.release(hold) }
        return ending
    }

    /// Lets the call have its effect after all, where it has not had it.
    func letGo() async throws {
        try await lab.release(hold)
    }
}
