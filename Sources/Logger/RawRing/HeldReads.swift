import Metering

/// Reads on their way to the raw ring. They wait for the clock as their rows do on their way to the log, and get the same times: a
/// replay of the ring would else log them a second time, beside the true ones.
struct HeldReads {
  struct Read {
    let octets: [UInt8]
    let arrival: UTCTime
    /// How often the clock had been moved when it came.
    let epoch: Int
    let form: LineForm
  }

  /// Octets in memory, with what a read takes beside its own: half an hour of P1 telegrams, one a second.
  static let mostOctets = 4 << 20
  private static let octetsBeside = 80

  private var reads: [Read] = []
  private var size = 0
  private var losses = FaultCounter()

  var isFull: Bool { size > HeldReads.mostOctets }

  mutating func take(_ octets: ArraySlice<UInt8>, arrival: UTCTime, epoch: Int, form: LineForm) {
    reads.append(Read(octets: Array(octets), arrival: arrival, epoch: epoch, form: form))
    size += octets.count + HeldReads.octetsBeside
  }

  /// Hands on all of them, in the order in which they came.
  mutating func release(_ body: (Read) -> Void) {
    for read in reads { body(read) }
    reads.removeAll(keepingCapacity: true)
    size = 0
    _ = losses.recovered()
  }

  /// Lets the older half go when there are too many; a sentence to tell the 1st, 10th, 100th ... time.
  mutating func makeRoom() -> String? {
    guard isFull else { return nil }
    let count = reads.count / 2 + 1
    reads.removeFirst(min(count, reads.count))
    size = reads.reduce(0) { $0 + $1.octets.count + HeldReads.octetsBeside }
    guard losses.happened() != nil else { return nil }
    return "the clock of the computer is not sure yet, and more raw octets wait than there is room for: those of "
      + "\(counted(count, "read")) are not kept"
  }
}
