/// A serial line: port, speed and parity.
struct LineChoice: Hashable, Sendable {
  let port: String
  let baudrate: Int
  let parity: SerialInput.Parity

  var form: LineForm { LineForm(baudrate: baudrate, parity: parity) }
}

extension LineChoice: CustomStringConvertible {
  /// `/dev/ttyUSB0 at 2400 8N1`
  var description: String { "\(port) at \(form)" }
}

/// What an input has learned of its line.
enum LineNews: Hashable, Sendable {
  /// Messages come on this line: it is to be told and remembered.
  case found(LineChoice)
  /// Of lines that were tried in vain, for a person.
  case inVain(String)
}
