import Metering

/// Where octets come from: how to open it, and what it means when it ends. Reading and waiting are `InputLoop`'s.
protocol InputSource: Sendable {
  /// As the user wrote it: `/dev/ttyUSB0`, `192.0.2.7:2001`, `standard input`.
  var name: String { get }

  /// The longest pause between two attempts to open it again. Nil: its end is final.
  var longestPause: TimeSpan? { get }

  /// Opens it for reading. Takes a few seconds at most; throws early when `stop` is requested.
  func open(unless stop: Stop) throws(InputError) -> Descriptor

  /// The error behind the end of an opened input; `cause` is nil when a read said "end of file".
  func loss(_ cause: SystemError?) -> InputError
}
