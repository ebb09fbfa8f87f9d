import Metering

/// Where octets come from: how to open it, and what it means when it ends. Reading and waiting are `InputLoop`'s.
protocol InputSource: Sendable {
  /// As the user wrote it: `/dev/ttyUSB0`, `192.0.2.7:2001`, `standard input`.
  var name: String { get }

  /// The longest pause between two attempts to open it again. Nil: its end is final.
  var longestPause: TimeSpan? { get }

  /// Opens it for reading. Takes a few seconds at most; throws early when `stop` is requested.
  func open(unless stop: Stop) throws(InputError) -> Descriptor

  /// So long without a message that can be read, and it is opened anew; nil: never, since its end is final.
  var patience: TimeSpan? { get }

  /// Speed and form of the line as it is open now; nil where the settings say all there is to know.
  var form: LineForm? { get }

  /// The serial line as it is open now: `2400 8N1`, with its port where the settings name none; nil where there is none.
  var line: String? { get }

  /// What has come since it was opened.
  func heard(_ traffic: Traffic)

  /// It is given up and will be opened anew.
  func gaveUp(_ traffic: Traffic)

  /// What it has learned of its line since this was asked last: for a port that is searched for.
  func takeNews() -> [LineNews]

  /// The error behind the end of an opened input; `cause` is nil when a read said "end of file".
  func loss(_ cause: SystemError?) -> InputError
}

extension InputSource {
  var patience: TimeSpan? { longestPause == nil ? nil : LinkWatch.patience }
  var form: LineForm? { nil }
  var line: String? { nil }
  func heard(_ traffic: Traffic) {}
  func gaveUp(_ traffic: Traffic) {}
  func takeNews() -> [LineNews] { [] }
}

/// What a line has brought since it was opened.
struct Traffic: Hashable, Sendable {
  var octets: Int64 = 0
  /// Of these, octets that belong to no message.
  var noise: Int64 = 0
  /// Messages with right check sequences.
  var whole = 0
}
