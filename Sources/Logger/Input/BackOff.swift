import Metering

/// Pauses between attempts: each twice the one before, up to the longest.
struct BackOff: Sendable {
  private let first: TimeSpan
  private let longest: TimeSpan
  private var pause: TimeSpan

  init(first: TimeSpan, longest: TimeSpan) {
    self.first = first
    self.longest = longest
    pause = min(first, longest)
  }

  /// The pause to take now.
  mutating func next() -> TimeSpan {
    defer { pause = min(pause * 2, longest) }
    return pause
  }

  /// It works again: the next failure starts from the first pause.
  mutating func reset() {
    pause = min(first, longest)
  }
}
