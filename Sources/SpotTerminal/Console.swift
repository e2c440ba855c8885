/// The only way to standard output and standard error.
///
/// A conformer supplies the five requirements; everything said through them is defined once, in
/// `Console+Talk.swift`, so that the console of the tests says exactly what the real one says.
package protocol Console: Sendable {
    /// What the streams are; fixed for the life of the console.
    var traits: ConsoleTraits { get }

    /// The width of the terminal a stream is on, asked anew at each call; nil where it is on none.
    func columns(of stream: ConsoleStream) -> Int?

    /// Writes all the bytes, as they are, before it returns; waits where the reader is slow.
    ///
    /// What goes wrong is thrown here and also kept for `checkDelivery()`, so that a caller with
    /// nothing better to do may ignore it.
    func write(_ bytes: [UInt8], to stream: ConsoleStream) throws(TerminalError)

    /// Shows one line below everything else on standard error, in place of the one shown before; nil
    /// removes it. Does nothing where `traits.canRedraw` is false.
    func setLiveLine(_ text: String?)

    /// Throws the first failure to write to standard output, if there was one.
    ///
    /// Called once before leaving with status 0: data that did not arrive is no success.
    func checkDelivery() throws(TerminalError)
}
