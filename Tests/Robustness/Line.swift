import Frames
import Metering
import Simulator

/// Plays messages into a decoder as a line brings them, in simulated time, and keeps account of what comes out.
struct Line {
  /// Milliseconds for an octet: 11 bits at 2400 Bd, or 10 at 115200.
  enum Speed: Double {
    case slow = 4.583
    case fast = 0.0868
  }

  struct Account {
    var undamaged = 0
    var kept = 0
    var damaged = 0
    /// Lists whose values are not those of the message that was sent there.
    var wrong = 0
    /// The longest time from the last octet of a message to its list, for undamaged ones; ms.
    var slowest: Int64 = 0

    static func += (account: inout Account, other: Account) {
      account.undamaged += other.undamaged
      account.kept += other.kept
      account.damaged += other.damaged
      account.wrong += other.wrong
      account.slowest = max(account.slowest, other.slowest)
    }
  }

  private(set) var account = Account()
  private let speed: Speed
  private let pauses: Bool
  private var decoder = StreamDecoder()
  private var random: SplitMix64
  /// Where messages stand in the stream, with the time of their last octet.
  private var placed: [(start: Int64, message: Sent, isDamaged: Bool, end: UTCTime)] = []
  private var passed = 0
  private var length: Int64 = 0
  private var now = UTCTime(milliseconds: 0)

  /// - Parameter pauses: messages come when they are sent, with silence between them; else one behind the other.
  init(speed: Speed, pauses: Bool, seed: UInt64) {
    self.speed = speed
    self.pauses = pauses
    random = SplitMix64(seed: seed, purpose: 7)
  }

  /// The noise begins after `quiet` messages.
  mutating func play(_ messages: [Sent], _ noise: Noise?, quiet: Int) {
    now = messages.first?.time ?? now
    for (index, message) in messages.enumerated() {
      let noisy =
        (index < quiet ? nil : noise?.apply(to: message.octets, &random))
        ?? Noisy(octets: message.octets, start: 0, isDamaged: false)
      let begin = pauses ? max(message.time, now) : now
      if begin - now > .seconds(1) { fallSilent(at: now + .seconds(1)) }
      let end = time(begin, behind: noisy.octets.count)
      placed.append((length + Int64(noisy.start), message, noisy.isDamaged, end))
      if noisy.isDamaged { account.damaged += 1 } else { account.undamaged += 1 }
      var place = 0
      while place < noisy.octets.count {
        let next = min(noisy.octets.count, place + Int(random.next(in: 1...64)))
        now = time(begin, behind: next)
        decoder.append(noisy.octets.span.extracting(place..<next), arrival: pauses ? now : message.time)
        while let event = decoder.next() { take(event, at: now) }
        place = next
      }
      length += Int64(noisy.octets.count)
    }
    fallSilent(at: now + .seconds(1))
    while let event = decoder.giveUp() { take(event, at: now) }
  }

  private func time(_ begin: UTCTime, behind count: Int) -> UTCTime {
    begin + TimeSpan(milliseconds: Int64((Double(count) * speed.rawValue).rounded(.up)))
  }

  private mutating func fallSilent(at time: UTCTime) {
    while let event = decoder.fallSilent() { take(event, at: time) }
  }

  private mutating func take(_ event: StreamDecoder.Event, at time: UTCTime) {
    guard case .list = event else { return }
    let start = decoder.span.lowerBound
    while passed + 1 < placed.count, placed[passed + 1].start <= start { passed += 1 }
    let truth = Truth(decoder.list)
    let (place, message, isDamaged, end) = placed[passed]
    guard truth == message.truth else {
      // A message that has lost its opening flag begins with the closing one of the message before.
      if passed + 1 < placed.count, truth == placed[passed + 1].message.truth, placed[passed + 1].isDamaged { return }
      account.wrong += 1
      return
    }
    guard !isDamaged, place == start else { return }
    account.kept += 1
    account.slowest = max(account.slowest, (time - end).milliseconds)
  }
}
