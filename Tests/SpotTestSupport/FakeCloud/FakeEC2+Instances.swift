package import AWSRuntime
package import AWSServices
import FoundationEssentials
import SpotSupport

// Machines, from their launch to their end.
extension FakeEC2 {
    package func runInstances(_ request: RunInstances) throws(AWSError) -> [Instance] {
        try hear(.runInstances(request)) { account, now throws(AWSError) in
            if let token = request.clientToken, let known = account.tokens[token] {
                guard known.request == request else {
                    throw .refusal(.idempotentParameterMismatch, of: .runInstances)
                }
                return account.instance(known.id).map { [$0] } ?? []
            }
            try account.check(request)
            return [account.start(request, at: now)]
        }
    }

    package func describeInstances(_ query: DescribeInstances) throws(AWSError) -> [Instance] {
        try hear(.describeInstances(query)) { account, _ throws(AWSError) in
            for id in query.ids where account.index(of: id) == nil {
                throw .refusal(.instanceNotFound, of: .describeInstances, "\(id) does not exist")
            }
            let seen = account.instances.indices.filter { index in
                let instance = account.instances[index].instance
                return (query.ids.isEmpty || query.ids.contains(instance.id))
                    && query.filters.allSatisfy { $0.passes(instance) }
            }
            let answer = seen.map { account.instances[$0].instance }
            for index in seen { account.instances[index].advance() }
            return answer
        }
    }

    package func terminateInstances(_ ids: [InstanceID]) throws(AWSError) -> [InstanceStateChange] {
        try hear(.terminateInstances(ids)) { account, now throws(AWSError) in
            let changes = try account.changeState(of: ids, in: .terminateInstances) {
                $0 == .terminated ? .terminated : .shuttingDown
            }
            for id in ids { account.terminated(id, at: now) }
            return changes
        }
    }

    package func stopInstances(
        _ ids: [InstanceID],
        hibernating: Bool
    ) throws(AWSError) -> [InstanceStateChange] {
        try hear(.stopInstances(ids)) { account, _ throws(AWSError) in
            for id in ids where account.isOneTime(id) {
                throw .refusal(.unsupportedOperation, of: .stopInstances)
            }
            try account.require([.running, .stopping, .stopped], of: ids, for: .stopInstances)
            return try account.changeState(of: ids, in: .stopInstances) {
                $0 == .stopped ? .stopped : .stopping
            }
        }
    }

    package func startInstances(_ ids: [InstanceID]) throws(AWSError) -> [InstanceStateChange] {
        try hear(.startInstances(ids)) { account, now throws(AWSError) in
            try account.require([.stopped, .running, .pending], of: ids, for: .startInstances)
            let changes = try account.changeState(of: ids, in: .startInstances) {
                $0 == .stopped ? .pending : $0
            }
            for id in ids { account.restarted(id, at: now) }
            return changes
        }
    }

    package func getConsoleOutput(
        of id: InstanceID,
        latest: Bool
    ) throws(AWSError) -> ConsoleOutput {
        try hear(.getConsoleOutput(id, latest: latest)) { account, _ throws(AWSError) in
            guard account.index(of: id) != nil else {
                throw .refusal(.instanceNotFound, of: .getConsoleOutput)
            }
            return ConsoleOutput(text: account.consoles[id])
        }
    }

    package func cancelSpotInstanceRequests(
        _ ids: [SpotInstanceRequestID]
    ) throws(AWSError) -> [SpotInstanceRequestID] {
        try hear(.cancelSpotInstanceRequests(ids)) { account, _ throws(AWSError) in
            for id in ids {
                guard let index = account.requests.firstIndex(where: { $0.id == id }) else {
                    throw .refusal(.spotRequestNotFound, of: .cancelSpotInstanceRequests)
                }
                account.requests[index].state = .cancelled
            }
            return ids
        }
    }
}

extension Filter {
    fileprivate func passes(_ instance: Instance) -> Bool {
        passes(
            tags: instance.tags,
            attributes: [
                "client-token": instance.clientToken,
                "instance-id": instance.id.rawValue,
                "instance-state-name": instance.state.rawValue,
            ]
        )
    }
}
