package import Metering

/// Octets in, meter lists out: deframing, segments and blocks, LLC, ciphering, Data-Notification, A-XDR, layouts.
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
    /// A sound frame that carries nothing (UI without information), or a part of a message that waits for the next.
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
  /// What the last message, or the last part of one, came in; its places are in `deframer.frameOctets`. Nil: in nothing.
  package private(set) var form: Form?

  /// What carries messages on a line.
  package enum Form: Hashable, Sendable {
    case frame(HDLCFrame)
    case telegram(P1Telegram)
    case longFrame(MBusFrame)

    /// Its octets, in those that hold it.
    package var octets: Range<Int> {
      switch self {
      case .frame(let frame): frame.octets
      case .telegram(let telegram): telegram.octets
      case .longFrame(let frame): frame.octets
      }
    }
  }

  private var segments = SegmentAssembler()
  private var parts = MBusAssembler()
  private var blocks = BlockAssembler()
  private var place = Place.frame
  private var bare: [UInt8] = []
  private var arrival = UTCTime(milliseconds: 0)
  private var plausibility = Plausibility()
  private let isOneStream: Bool

  /// Where the octets of a message stand: in the frame itself, joined from HDLC segments, M-Bus parts or blocks, or bare.
  private enum Place: Sendable { case frame, segments, parts, blocks, bare }

  /// - Parameters:
  ///   - keepsNodes: see `ListDecoder`.
  ///   - isOneStream: false for messages of many meters put together, which are not to be compared with each other.
  package init(
    manufacturer: Manufacturer = .auto, decryptor: APDUDecryptor = APDUDecryptor(), keepsNodes: Bool = false,
    isOneStream: Bool = true
  ) {
    self.isOneStream = isOneStream
    message = MessageDecoder(manufacturer: manufacturer, decryptor: decryptor, keepsNodes: keepsNodes)
  }

  /// The last list; good after `.list`.
  package var list: MeterList { message.list }

  /// The octets in which the last message has its places: the buffered stream, or what its parts were joined into.
  package var messageOctets: [UInt8] {
    switch place {
    case .frame: deframer.frameOctets
    case .segments: segments.message
    case .parts: parts.message
    case .blocks: blocks.message
    case .bare: bare
    }
  }

  /// The octets of the last message: its frame without the closing flag, or what its parts were joined into.
  package var lastOctets: ArraySlice<UInt8> {
    guard place == .frame, let form else { return messageOctets[...] }
    return deframer.frameOctets[form.octets]
  }

  /// Where the octets begin from which people count, in the octets that hold the last message: its frame, or itself.
  package var messageStart: Int {
    guard place == .frame, message.protection == nil, let form else { return 0 }
    return form.octets.lowerBound
  }

  package mutating func append(_ octets: Span<UInt8>, arrival: UTCTime) {
    self.arrival = arrival
    deframer.append(octets)
  }

  /// Takes octets that are one message, as captures of MQTT messages have them: LLC, APDU or body without a frame, for which
  /// nothing vouches, so that the list is unchecked; or an HDLC frame without its flags (`protocol.md` 0, 1.5).
  ///
  /// Nil, and nothing is done, where they are none, or stand in the middle of a frame: then `append` them.
  package mutating func takeMessage(_ octets: [UInt8], arrival: UTCTime) -> Event? {
    guard deframer.waiting <= 1 else { return nil }
    // The flag that closed the last frame would be the first of this one.
    let unflagged = deframer.waiting == 0 ? StreamDecoder.frameWithoutFlags(octets) : nil
    guard unflagged != nil || MessageDecoder.maybeMessage(octets) else { return nil }
    let (whole, range) = unflagged.map { ($0.octets, $0.frame.information) } ?? (octets, octets.indices)
    let start = deframer.bufferOffset + Int64(deframer.buffer.count)
    let event: Event
    do {
      try message.decode(whole.span, in: range, isChecked: unflagged != nil, maybeBody: unflagged == nil)
      event = .list
    } catch {
      // What is ciphered is a message, readable or not.
      guard unflagged != nil || MessageDecoder.isCiphered(octets.span) else { return nil }
      event = .reject(Fault(stage: error.stage, reason: error.description, streamOffset: start, octets: octets))
    }
    self.arrival = arrival
    let closingFlag = unflagged.map { $0.frame.octets.count < whole.count } ?? false
    deframer.pass(octets.count - (closingFlag ? 1 : 0), closingFlag: closingFlag)
    forgetParts()
    span = deframer.frameSpan
    form = unflagged.map { .frame($0.frame) }
    place = .bare
    bare = whole
    return event
  }

  /// A sound frame that lacks its opening flag, and perhaps the closing one; `octets` are those of the frame with a flag.
  private static func frameWithoutFlags(_ octets: [UInt8]) -> (frame: HDLCFrame, octets: [UInt8])? {
    guard let first = octets.first, first & 0xF0 == 0xA0 else { return nil }
    let flagged = [HDLCHeader.flag] + octets
    guard case .frame(let frame, let crc, let crcEnd) = HDLCHeader(flagged.span, at: 0), !frame.isSegmented,
      !frame.information.isEmpty, case let end = frame.octets.upperBound,
      end == flagged.count || (end == flagged.count - 1 && flagged.last == HDLCHeader.flag),
      CRC16.x25.update(crc, with: flagged.span, from: crcEnd, to: end) == CRC16.x25Residue
    else { return nil }
    return (frame, flagged)
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
    place = .frame
    switch event {
    case .noise(let offset, let count):
      forgetParts()
      plausibility.noteDamage()
      return .noise(streamOffset: offset, count: count)
    case .reject(let fault, let offset, let count):
      forgetParts()
      plausibility.noteDamage()
      span = offset..<(offset + Int64(count))
      let start = Int(offset - deframer.bufferOffset)
      return refuse(.framing, fault.description, deframer.buffer[start..<(start + count)])
    case .telegram(let telegram):
      note(.telegram(telegram))
      let octets = deframer.frameOctets
      do {
        try message.decode(octets.span, telegram)
        if let doubt = doubt(octets.span, in: telegram.octets) {
          return refuse(.list, doubt.description, octets[telegram.octets])
        }
        return .list
      } catch { return refuse(.list, error.description, octets[telegram.octets]) }
    case .longFrame(let frame):
      note(.longFrame(frame))
      let octets = deframer.frameOctets
      return join(
        parts.take(frame, data: octets.span.extracting(frame.data), arrival: arrival), in: .parts, frame.octets)
    case .frame(let frame):
      note(.frame(frame))
      if frame.information.isEmpty { return .nothing }
      if segments.wants(frame) {
        let octets = deframer.frameOctets
        let information = octets.span.extracting(frame.information)
        return join(
          segments.take(frame, information: information, arrival: arrival), in: .segments, frame.octets)
      }
      return decode(frame.information, of: frame.octets)
    }
  }

  private mutating func note(_ form: Form) {
    self.form = form
    span = deframer.frameSpan
  }

  /// Octets went by that belong to nothing sound: they may have been a part of anything that is open.
  private mutating func forgetParts() {
    segments.destroyAll()
    parts.destroy()
    blocks.destroy()
  }

  /// Goes on with a message of which a part was taken; `octets` are those that brought the part.
  private mutating func join<Fault>(_ outcome: JoinOutcome<Fault>, in place: Place, _ octets: Range<Int>) -> Event {
    switch outcome {
    case .waiting: return .nothing
    case .refused(let fault): return refuse(.segmentation, fault.description, messageOctets[octets])
    case .complete:
      self.place = place
      let whole = 0..<messageOctets.count
      return decode(whole, of: whole)
    }
  }

  /// Decodes the message in `range`; `outer` is what is told of when it is refused.
  private mutating func decode(_ range: Range<Int>, of outer: Range<Int>) -> Event {
    let octets = messageOctets
    if place != .blocks, TransferBlock.isBlock(octets.span, in: range) {
      return join(blocks.take(octets.span, in: range, arrival: arrival), in: .blocks, outer)
    }
    do {
      try message.decode(octets.span, in: range, isChecked: true, maybeBody: false)
      if let doubt = doubt(octets.span, in: range) { return refuse(.list, doubt.description, octets[outer]) }
      return .list
    } catch {
      return refuse(error.stage, error.moved(by: -outer.lowerBound).description, octets[outer])
    }
  }

  private mutating func doubt(_ octets: Span<UInt8>, in range: Range<Int>) -> Doubt? {
    guard isOneStream, !plausibility.passes(isFamiliar: message.lists.isFamiliar) else { return nil }
    let carrier: Plausibility.Carrier =
      switch form {
      case .telegram: .telegram
      case .longFrame: .longFrame
      case .frame, nil: .frame(octets: range.count)
      }
    var signs = Plausibility.Signs(carrier: carrier)
    guard message.protection == nil, let notification = message.notification else {
      return plausibility.doubt(message.list, signs, body: Span(), arrival: arrival)
    }
    signs.invokeID = notification.invokeID
    signs.template = message.lists.template
    return plausibility.doubt(message.list, signs, body: octets.extracting(notification.body), arrival: arrival)
  }

  private func refuse(_ stage: Reject.Stage, _ reason: String, _ octets: ArraySlice<UInt8>) -> Event {
    .reject(Fault(stage: stage, reason: reason, streamOffset: span.lowerBound, octets: Array(octets)))
  }
}
