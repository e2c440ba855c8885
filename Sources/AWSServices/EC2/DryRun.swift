package import AWSRuntime

/// An operation that is only asked for: EC2 says whether it would be allowed, and does nothing.
///
/// The answer is always an error: `DryRunOperation` for yes, `UnauthorizedOperation` for no.
package struct DryRun<Operation: EC2Operation>: EC2Operation {
    package static var name: String { Operation.name }

    private let operation: Operation

    package init(_ operation: Operation) { self.operation = operation }

    /// Nothing is done, however often it is asked.
    package var effect: OperationEffect { .reads }

    package func encode(to fields: inout QueryEncoder) {
        operation.encode(to: &fields)
        fields["DryRun"] = true
    }

    /// An EC2 that answers anything else than an error does not know dry runs.
    package static func result(in answer: XMLElement) -> EC2Done { EC2Done() }
}
