import Metering

/// What the line of one input does, as far as octets and messages tell.
enum LinkState: Hashable, Sendable {
  /// Not opened yet, or lost; the words say why.
  case closed(String)
  /// Open, and too young to say.
  case opening
  /// Messages are read.
  case good
  /// Open, but nothing has come.
  case silent
  /// Octets come, but no message among them has its check sequence right.
  case noise
  /// Messages come whole, but none can be read.
  case unreadable

  /// A word for programs.
  var name: String {
    switch self {
    case .closed: "closed"
    case .opening: "opening"
    case .good: "good"
    case .silent: "silent"
    case .noise: "noise"
    case .unreadable: "unreadable"
    }
  }

  /// What is wrong, and what a person can do; nil when nothing is.
  var advice: String? {
    switch self {
    case .closed(let why): why
    case .opening, .good: nil
    case .silent:
      "no octets: in Norway the port is closed until the grid company opens it; else check plug, cable and adapter"
    case .noise:
      "octets, but no frames: try another speed (--baudrate 2400 or 115200) and --parity E; M-Bus wires may be swapped freely"
    case .unreadable:
      "frames, but none that can be read: encrypted frames need --key-file; else `ams-logger decode --report` makes a "
        + "report to send in"
    }
  }
}

/// Watches over an open line: says what state it is in, and when it is to be closed and opened again.
///
/// A TCP peer that has gone without a word, an adapter whose driver hangs: the line stays open and silent, and only a
/// fresh start helps. All times are of a clock that never steps.
struct LinkWatch: Sendable {
  /// So long without a message that can be read, and the line is opened again.
  static let patience = TimeSpan.seconds(60)

  private(set) var state = LinkState.closed("not opened yet")
  private var since = TimeSpan.zero
  private var octets: Int64 = 0
  private var whole = 0

  /// The line was opened.
  mutating func opened(at time: TimeSpan) {
    state = state == .good ? .good : .opening
    since = time
    (octets, whole) = (0, 0)
  }

  mutating func lost(_ why: String) { state = .closed(why) }

  /// Octets came, and of the messages that they completed so many were whole, and so many could be read.
  mutating func took(octets count: Int, whole: Int, read: Int, at time: TimeSpan) {
    octets += Int64(count)
    self.whole += whole
    guard read > 0 else { return }
    state = .good
    since = time
    (octets, self.whole) = (0, 0)
  }

  /// True when the line is to be closed and opened again: a minute has passed without a message.
  mutating func isStuck(at time: TimeSpan, patience: TimeSpan = LinkWatch.patience) -> Bool {
    if case .closed = state { return false }
    guard time - since >= patience else { return false }
    state = whole > 0 ? .unreadable : octets > 0 ? .noise : .silent
    since = time
    (octets, whole) = (0, 0)
    return true
  }
}
