/// Why an input cannot be used, or is no more: where, what, and what to do about it.
struct InputError: Error, Hashable, CustomStringConvertible {
  enum Kind: Hashable, Sendable {
    /// A setting that no attempt can make right.
    case setting
    case missing, forbidden, busy, notSerial
    case refused, unreachable, timedOut, unknownHost
    /// The other side has closed: end of file, FIN, a hung-up line.
    case closed
    /// The other side has dropped the connection: RST.
    case reset
    /// `stop` was requested while the input was being opened.
    case stopped
    /// Any other error of the system.
    case system
  }

  var kind: Kind
  /// The input's name.
  var input: String
  /// What happened.
  var reason: String
  /// What a person can do; empty if nothing needs doing.
  var advice: String

  init(_ kind: Kind, _ input: String, _ reason: String, advice: String = "") {
    self.kind = kind
    self.input = input
    self.reason = reason
    self.advice = advice
  }

  /// `/dev/ttyUSB7: no such port; connected are /dev/ttyUSB0`
  var description: String { "\(input): \(reason)\(advice.isEmpty ? "" : "; \(advice)")" }
}

extension InputError {
  /// Whether the input was named wrongly, so that waiting for it helps nobody: reported at once when the program starts.
  var isMistake: Bool {
    switch kind {
    case .setting, .missing, .forbidden, .busy, .notSerial: true
    case .refused, .unreachable, .timedOut, .unknownHost, .closed, .reset, .stopped, .system: false
    }
  }
}
