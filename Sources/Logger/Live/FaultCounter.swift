/// Says when a fault that happens over and over is worth a line: the 1st, the 10th, the 100th ... time, and once when it is
/// over. So 24 hours of a lost port are a handful of lines.
struct FaultCounter: Hashable, Sendable {
  private(set) var count = 0
  private var next = 1

  /// Counts it once more; the number of times, if that is to be told.
  mutating func happened() -> Int? {
    count += 1
    guard count >= next else { return nil }
    next = next > Int.max / 10 ? Int.max : next * 10
    return count
  }

  /// It works again: how often it had failed, if ever.
  mutating func recovered() -> Int? {
    defer { self = FaultCounter() }
    return count > 0 ? count : nil
  }
}
