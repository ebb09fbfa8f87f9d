package import Metering

/// Octets in, meter lists out: deframing, segments, LLC, Data-Notification, A-XDR, layouts.
///
/// No I/O and no clock: octets come with their arrival time, and silence is told by `fallSilent()`. Any way of cutting a stream
/// into reads gives the same events. Every octet ends in a list, in a reject with stage, offset and reason, or as counted
/// noise (law 7).
///
///     decoder.append(octets, arrival: time)
///     while let event = decoder.next() { … decoder.list … }
package struct StreamDecoder: Sendable {
  package enum Event: Hashable, Sendable {
    /// `list` holds a message.
    case list
    /// A sound frame that carries nothing (UI without information) or a segment that waits for the next.
    case nothing
    /// Octets that were refused.
    case reject(Fault)
    /// Octets that belong to no frame.
    case noise(streamOffset: Int64, count: Int)
  }

  /// What was refused, where and why.
  package struct Fault: Hashable, Sendable {
    package let stage: Reject.Stage
    package let reason: String
    package let streamOffset: Int64
    package let octets: [UInt8]
  }

  /// The octets of the stream that the last event came from: from its opening flag, without the closing one.
  package private(set) var span: Range<Int64> = 0..<0
  package private(set) var deframer = Deframer()
  package private(set) var message: MessageDecoder
  /// The last sound frame; its places are in `deframer.frameOctets`.
  package private(set) var frame: HDLCFrame?
  /// The last list came as this telegram; nil when it came in a frame.
  package private(set) var telegram: P1Telegram?

  private var assembler = SegmentAssembler()
  private var isJoined = false
  private var arrival = UTCTime(milliseconds: 0)
  private var plausibility: Plausibility?

  /// - Parameters:
  ///   - keepsNodes: see `ListDecoder`.
  ///   - plausibility: the second check, for the stream of one port; nil for frames of many meters put together.
  package init(
    manufacturer: Manufacturer = .auto, decryptor: APDUDecryptor = APDUDecryptor(), keepsNodes: Bool = false,
    plausibility: Plausibility? = Plausibility()
  ) {
    self.plausibility = plausibility
    message = MessageDecoder(manufacturer: manufacturer, decryptor: decryptor, keepsNodes: keepsNodes)
  }

  /// The last list; good after `.list`.
  package var list: MeterList { message.list }

  /// The octets in which the last message has its places: the buffered stream, or what its segments were joined into.
  package var messageOctets: [UInt8] { isJoined ? assembler.message : deframer.frameOctets }

  package mutating func append(_ octets: Span<UInt8>, arrival: UTCTime) {
    self.arrival = arrival
    deframer.append(octets)
  }

  /// The next event, or nil when more octets are needed.
  package mutating func next() -> Event? {
    guard let event = deframer.next() else { return nil }
    return take(event)
  }

  /// The line fell silent (1 s). A frame that was begun waits on, but not before a sound one. Call until nil.
  package mutating func fallSilent() -> Event? {
    guard let event = deframer.fallSilent() else { return nil }
    return take(event)
  }

  /// The input ended. Call until nil.
  package mutating func giveUp() -> Event? {
    guard let event = deframer.giveUp() else { return nil }
    return take(event)
  }

  private mutating func take(_ event: Deframer.Event) -> Event {
    switch event {
    case .noise(let offset, let count):
      assembler.destroyAll()
      plausibility?.noteDamage()
      return .noise(streamOffset: offset, count: count)
    case .reject(let fault, let offset, let count):
      assembler.destroyAll()
      plausibility?.noteDamage()
      span = offset..<(offset + Int64(count))
      let start = Int(offset - deframer.bufferOffset)
      return refuse(.framing, fault.description, deframer.buffer[start..<(start + count)])
    case .telegram(let telegram):
      frame = nil
      self.telegram = telegram
      span = deframer.frameSpan
      isJoined = false
      let octets = deframer.frameOctets
      do {
        try message.decode(octets.span, telegram)
        if let doubt = plausibility?.doubt(message.list, octets: 0, arrival: arrival) {
          return refuse(.list, doubt.description, octets[telegram.octets])
        }
        return .list
      } catch { return refuse(.list, error.description, octets[telegram.octets]) }
    case .frame(let frame):
      self.frame = frame
      telegram = nil
      span = deframer.frameSpan
      isJoined = false
      if frame.information.isEmpty { return .nothing }
      if assembler.wants(frame) { return takeSegment(frame) }
      return decode(frame.information)
    }
  }

  private mutating func takeSegment(_ frame: HDLCFrame) -> Event {
    let buffer = deframer.frameOctets
    switch assembler.take(frame, information: buffer.span.extracting(frame.information), arrival: arrival) {
    case .waiting: return .nothing
    case .refused(let fault): return refuse(.segmentation, fault.description, buffer[frame.octets])
    case .complete:
      isJoined = true
      return decode(0..<assembler.message.count)
    }
  }

  private mutating func decode(_ range: Range<Int>) -> Event {
    let octets = messageOctets
    do {
      try message.decode(octets.span, in: range, isChecked: true, maybeBody: false)
      if let doubt = plausibility?.doubt(message.list, octets: range.count, arrival: arrival) {
        return refuse(.list, doubt.description, isJoined ? octets[...] : frame.map { octets[$0.octets] } ?? [])
      }
      return .list
    } catch {
      let refused = isJoined ? octets[...] : frame.map { octets[$0.octets] } ?? []
      return refuse(error.stage, error.moved(by: -refused.startIndex).description, refused)
    }
  }

  private func refuse(_ stage: Reject.Stage, _ reason: String, _ octets: ArraySlice<UInt8>) -> Event {
    .reject(Fault(stage: stage, reason: reason, streamOffset: span.lowerBound, octets: Array(octets)))
  }
}
