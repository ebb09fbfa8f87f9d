/// Finds HDLC frames, P1 telegrams and long frames of wired M-Bus in a stream of octets, however it is cut into reads.
///
/// The octets say which it is, never the connector: a port may switch at any time. In HDLC there is no octet stuffing on this
/// port: 7E may stand inside a frame, and only the length tells its end. So the header's own check is made before its length is
/// believed, and after any failure the search goes on one octet after the flag that failed: one bad octet costs one frame and
/// never the hourly list behind it. The closing flag of a frame may open the next (`protocol.md` 2.5).
///
/// Be advised: `next()` looks at the buffered octets anew each time and keeps no state of a half-read frame. That is what
/// makes every way of cutting the stream give the same events.
package struct Deframer: Sendable {
  package enum Event: Hashable, Sendable {
    /// A frame whose checks hold; its places are in `frameOctets`, its octets were those of `frameSpan`.
    case frame(HDLCFrame)
    /// A telegram whose check holds, or that carries none; its places are in `frameOctets`, its octets those of `frameSpan`.
    case telegram(P1Telegram)
    /// A long frame of M-Bus whose sum holds; places and octets as above.
    case longFrame(MBusFrame)
    /// A flag that opened no frame, a `/` that began no telegram, a 68 that started no long frame.
    case reject(FramingFault, streamOffset: Int64, count: Int)
    /// Octets that belong to no frame.
    case noise(streamOffset: Int64, count: Int)
  }

  /// The octets that are not yet consumed are at its end.
  package private(set) var buffer: [UInt8] = []
  /// The stream offset of `buffer[0]`.
  package private(set) var bufferOffset: Int64 = 0
  /// Where the last frame stands in the stream.
  package private(set) var frameSpan: Range<Int64> = 0..<0
  /// The octets in which the last frame has its places; good until the next `append`.
  package var frameOctets: [UInt8] { frameIsRepaired ? repaired : buffer }
  private var frameIsRepaired = false
  /// A first frame that becomes sound without CR before LF may be chance; from the second on it is the adapter.
  private var lineEndsWereDamaged = false
  private var repaired: [UInt8] = []
  private var head = 0
  private var noiseStart: Int64?
  private var flagClosedAFrame = false
  /// A line end belongs to what was just read, which is complete without: behind a telegram, or behind a frame from an adapter
  /// in text mode.
  private var lineEndMayFollow = false
  /// How far the telegram at the head was looked at, and where it begins in the stream.
  private var scan = P1Scan()
  private var scanStart: Int64 = -1
  private var checkHabit = P1CheckHabit()
  /// How many frames must be closed by a flag to be believed; see `watch`.
  private var watched = 0
  private var counted = Counts()

  /// Where every octet went: those in frames, flags, line ends, noise and the octets still waiting are all that came.
  package struct Counts: Hashable, Sendable {
    package var frames: Int64 = 0
    package var octetsInFrames: Int64 = 0
    /// Flags that closed a frame or filled the line.
    package var flags: Int64 = 0
    /// Octets of line ends behind telegrams, and behind frames from an adapter in text mode.
    package var lineEnds: Int64 = 0
    package var noise: Int64 = 0
    package var missingClosingFlags: Int64 = 0
    /// Frames in which the CR that an adapter puts before LF was undone.
    package var repairedFrames: Int64 = 0
  }

  /// A run of noise is reported at the latest when it is this long.
  private static let longestNoise: Int64 = 4096
  /// Frames after a refused one that are believed only with their closing flag.
  ///
  /// A frame that has lost octets takes those of the next into its length, and one of 65,536 such chimeras has a right FCS by
  /// chance. The octet behind it is hardly ever a flag. Without this the sound frame that it has eaten into would be lost.
  private static let watch = 4096

  package init() { buffer.reserveCapacity(8192) }

  package var counts: Counts { counted }
  package var waiting: Int { buffer.count - head }

  package mutating func append(_ octets: Span<UInt8>) {
    if head > 0 {
      bufferOffset += Int64(head)
      buffer.removeSubrange(..<head)
      head = 0
    }
    octets.withUnsafeBufferPointer { buffer.append(contentsOf: $0) }
  }

  /// Octets went by that somebody else has read as a whole message. They must not be appended too.
  ///
  /// `closingFlag`: behind them stood a flag, which may open the next frame.
  mutating func pass(_ octets: Int, closingFlag: Bool) {
    // What waits is at most the flag that closed a frame.
    while waiting > 0 { drop() }
    frameSpan = (bufferOffset + Int64(head))..<(bufferOffset + Int64(head + octets))
    bufferOffset = frameSpan.upperBound
    buffer.removeAll(keepingCapacity: true)
    if closingFlag { buffer.append(HDLCHeader.flag) }
    head = 0
    flagClosedAFrame = closingFlag
    counted.frames += 1
    counted.octetsInFrames += Int64(octets)
  }

  /// The next event, or nil when more octets are needed.
  package mutating func next() -> Event? {
    while head < buffer.count {
      if let noise = longNoise() { return noise }
      if lineEndMayFollow {
        lineEndMayFollow = passLineEnd()
        continue
      }
      let start = buffer[head]
      if start != HDLCHeader.flag, flagClosedAFrame {
        counted.missingClosingFlags += 1
        flagClosedAFrame = false
      }
      let step: Step
      switch start {
      case HDLCHeader.flag: step = lookAtFrame(isEnd: false)
      case P1Telegram.slash: step = lookAtTelegram(isEnd: false)
      case MBusHeader.start: step = lookAtLongFrame()
      default:
        skipNoise()
        step = .goOn
      }
      switch step {
      case .goOn: continue
      case .wait: return nil
      case .event(let event): return event
      }
    }
    return nil
  }

  /// What came of looking at the octets from the head on.
  private enum Step {
    case goOn
    case wait
    case event(Event)
  }

  /// `isEnd`: no flag will come behind the frame.
  private mutating func lookAtFrame(isEnd: Bool) -> Step {
    guard head + 1 < buffer.count else { return .wait }
    if buffer[head + 1] == HDLCHeader.flag {
      drop(isFill: true)
      return .goOn
    }
    switch HDLCHeader(buffer.span, at: head) {
    case .incomplete: return .wait
    case .malformed:
      drop()
      return .goOn
    case .wrongChecksum(let expected, let found):
      return refuseFrame(.headerChecksum(expected: expected, found: found), count: 1)
    case .frame(let frame, let crc, let crcEnd):
      let end = frame.octets.upperBound
      guard end <= buffer.count else { return .wait }
      if let noise = endNoise() { return .event(noise) }
      guard CRC16.x25.update(crc, with: buffer.span, from: crcEnd, to: end) == CRC16.x25Residue else {
        let found = UInt16(buffer[end - 2]) | UInt16(buffer[end - 1]) << 8
        let expected = ~CRC16.x25.update(crc, with: buffer.span, from: crcEnd, to: end - 2)
        return refuseFrame(.frameChecksum(expected: expected, found: found), count: frame.length + 1)
      }
      if watched > 0, !isEnd {
        guard end < buffer.count else { return .wait }
        guard buffer[end] == HDLCHeader.flag else {
          return .event(refuse(.notClosed(found: buffer[end]), count: frame.length + 1))
        }
      }
      flagClosedAFrame = true
      return .event(take(.frame(frame), octets: frame.octets.count))
    }
  }

  private mutating func lookAtTelegram(isEnd: Bool) -> Step {
    let start = bufferOffset + Int64(head)
    if scanStart != start {
      scanStart = start
      scan = P1Scan()
    }
    let octets = buffer
    switch P1Framing(octets.span, at: head, isEnd: isEnd, resuming: &scan) {
    case .incomplete: return .wait
    case .malformed(.noHeader):
      drop()
      return .goOn
    case .malformed(let fault): return .event(refuse(.telegram(fault), count: 1))
    case .wrongChecksum(let expected, let found, let end):
      return .event(refuse(.telegramChecksum(expected: expected, found: found), count: end - head))
    case .telegram(let telegram):
      if let noise = endNoise() { return .event(noise) }
      guard checkHabit.admits(telegram.check, onBadLine: watched > 0) else {
        return .event(refuse(.telegramWithoutChecksum, count: telegram.octets.count))
      }
      lineEndMayFollow = true
      return .event(take(.telegram(telegram), octets: telegram.octets.count))
    }
  }

  private mutating func lookAtLongFrame() -> Step {
    switch MBusHeader(buffer.span, at: head) {
    case .incomplete: return .wait
    case .malformed:
      drop()
      return .goOn
    case .wrongChecksum(let expected, let found):
      return .event(refuse(.longFrameChecksum(expected: expected, found: found), count: 1))
    case .frame(let frame):
      if let noise = endNoise() { return .event(noise) }
      return .event(take(.longFrame(frame), octets: frame.octets.count))
    }
  }

  /// The line fell silent: a frame that was begun no longer holds back a sound one behind it. Call until it returns nil.
  ///
  /// Without one behind it, it waits on: a bridge that passes on full buffers brings the end of a message with the next,
  /// and a host that waits for its disk takes no notice of the time. Its own checks decide whether it was worth it.
  package mutating func fallSilent() -> Event? { drain(keepsBegun: true) }

  /// The input ended: what waits will not be completed. Call until it returns nil.
  ///
  /// Only the flag that closed the last frame is left waiting: a sender that shares flags opens its next frame with it.
  package mutating func giveUp() -> Event? { drain(keepsBegun: false) }

  private mutating func drain(keepsBegun: Bool) -> Event? {
    while true {
      if let event = next() { return event }
      if waiting == 0 || (waiting == 1 && flagClosedAFrame) || (keepsBegun && !soundFrameIsHeldBack) {
        return endNoise()
      }
      if let event = giveUpHead() { return event }
    }
  }

  /// The message at the head will not be completed; nil when there was none to tell of.
  private mutating func giveUpHead() -> Event? {
    let present = waiting
    switch buffer[head] {
    case P1Telegram.slash:
      switch lookAtTelegram(isEnd: true) {
      case .event(let event): return event
      case .goOn: return nil
      case .wait: return refuse(.truncatedTelegram(present: present), count: present)
      }
    case HDLCHeader.flag:
      if case .frame(let frame, _, _) = HDLCHeader(buffer.span, at: head) {
        guard frame.octets.count <= present else {
          return refuse(.truncated(length: frame.length, present: present - 1), count: present)
        }
        if case .event(let event) = lookAtFrame(isEnd: true) { return event }
      }
    default:
      if case .incomplete(let missing) = MBusHeader(buffer.span, at: head), present > 4 {
        return refuse(.truncatedLongFrame(length: present + missing, present: present), count: present)
      }
    }
    drop()
    return nil
  }

  /// Whether a whole message with its checks waits: behind one that was begun, or for its closing flag.
  private var soundFrameIsHeldBack: Bool {
    let octets = buffer.span
    return (head..<buffer.count).contains { place in
      switch octets[place] {
      case P1Telegram.slash:
        if case .telegram(let telegram) = P1Framing(octets, at: place) { return telegram.check != .absent }
      case HDLCHeader.flag:
        guard case .frame(let frame, let crc, let crcEnd) = HDLCHeader(octets, at: place),
          !frame.information.isEmpty, frame.octets.upperBound <= octets.count
        else { return false }
        return CRC16.x25.update(crc, with: octets, from: crcEnd, to: frame.octets.upperBound) == CRC16.x25Residue
      case MBusHeader.start:
        if case .frame = MBusHeader(octets, at: place) { return true }
      default: break
      }
      return false
    }
  }

  /// Hands out what is sound, for which `count` octets of the stream stood.
  private mutating func take(_ event: Event, octets count: Int, isRepaired: Bool = false) -> Event {
    let start = bufferOffset + Int64(head)
    frameSpan = start..<(start + Int64(count))
    frameIsRepaired = isRepaired
    head += count
    counted.frames += 1
    counted.octetsInFrames += Int64(count)
    if isRepaired { counted.repairedFrames += 1 }
    watched = max(0, watched - 1)
    return event
  }

  /// The octet at the head begins nothing; `count` octets are told as what was refused.
  private mutating func refuse(_ fault: FramingFault, count: Int) -> Event {
    let offset = bufferOffset + Int64(head)
    drop()
    watched = Deframer.watch
    return .reject(fault, streamOffset: offset, count: count)
  }

  /// Passes over a CR or LF; false when there is none.
  private mutating func passLineEnd() -> Bool {
    guard buffer[head] == 0x0D || buffer[head] == 0x0A else { return false }
    counted.lineEnds += 1
    head += 1
    return true
  }

  /// The frame at the head fails its checks. Perhaps an adapter has changed it; otherwise its flag opens nothing.
  private mutating func refuseFrame(_ fault: FramingFault, count: Int) -> Step {
    var fault = fault
    let octets = buffer
    for damage in AdapterDamage.allCases {
      switch damage.undo(octets.span, at: head, into: &repaired) {
      case .none: continue
      case .incomplete: return .wait
      case .undone(let frame, let consumed):
        guard damage == .lineEnds, lineEndsWereDamaged else {
          fault = damage == .lineEnds ? .damagedLineEnds : .telnetDoubling
          continue
        }
        if let noise = endNoise() { return .event(noise) }
        flagClosedAFrame = true
        return .event(take(.frame(frame), octets: consumed, isRepaired: true))
      }
    }
    if fault == .damagedLineEnds { lineEndsWereDamaged = true }
    return .event(refuse(fault, count: count))
  }

  /// Counts octets as noise up to the next that may begin something, or until the run is as long as it may be.
  private mutating func skipNoise() {
    let start = noiseStart ?? bufferOffset + Int64(head)
    noiseStart = start
    let limit = min(buffer.count, Int(start + Deframer.longestNoise - bufferOffset))
    let first = head
    while head < limit, !Deframer.mayBegin(buffer[head]) { head += 1 }
    counted.noise += Int64(head - first)
  }

  private static func mayBegin(_ octet: UInt8) -> Bool {
    octet == HDLCHeader.flag || octet == P1Telegram.slash || octet == MBusHeader.start
  }

  /// Passes over the octet at the head: a flag that closed a frame or fills the line, or one that begins nothing.
  private mutating func drop(isFill: Bool = false) {
    if noiseStart == nil, flagClosedAFrame || isFill {
      counted.flags += 1
      lineEndMayFollow = lineEndsWereDamaged && flagClosedAFrame
    } else {
      if noiseStart == nil { noiseStart = bufferOffset + Int64(head) }
      counted.noise += 1
    }
    flagClosedAFrame = false
    head += 1
  }

  private mutating func endNoise() -> Event? {
    guard let start = noiseStart else { return nil }
    noiseStart = nil
    return .noise(streamOffset: start, count: Int(bufferOffset + Int64(head) - start))
  }

  private mutating func longNoise() -> Event? {
    guard let start = noiseStart, bufferOffset + Int64(head) - start >= Deframer.longestNoise else { return nil }
    return endNoise()
  }
}
