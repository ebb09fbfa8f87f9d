import Frames
import Metering

/// Reads what `decode` is given, message by message, framed or not, and hands each to `handle` with the decoder that read it.
///
/// A message without flags is taken where its beginning is known: as a line of its own, or as the whole of a hex text. Nothing
/// vouches for its octets, so it is marked unchecked.
struct DecodeEvents {
  enum Event {
    /// A message; `octets` are what its places refer to.
    case message(MessageDecoder, octets: [UInt8], form: Form, offset: Int64)
    case nothing(HDLCFrame, offset: Int64)
    case reject(stage: Reject.Stage, reason: String, octets: [UInt8], offset: Int64)
    case noise(count: Int, offset: Int64)
  }

  /// What a message came in.
  enum Form {
    case frame(HDLCFrame)
    case telegram(P1Telegram)
    /// Nothing: LLC, APDU or body alone.
    case bare

    /// The word for it in `decode --json`.
    var transport: String {
      switch self {
      case .frame: "hdlc"
      case .telegram: "p1"
      case .bare: "dlms"
      }
    }

    var frame: HDLCFrame? { if case .frame(let frame) = self { frame } else { nil } }
  }

  private var stream: StreamDecoder
  private var unframed: MessageDecoder
  private var offset: Int64 = 0
  /// The octets of messages without a frame: the stream has not seen them.
  private var unframedOctets: Int64 = 0
  private var lastArrival: UTCTime?
  private var refusedUpTo: Int64 = 0

  init(manufacturer: Manufacturer, decryptor: APDUDecryptor = APDUDecryptor()) {
    stream = StreamDecoder(manufacturer: manufacturer, decryptor: decryptor, keepsNodes: true)
    unframed = MessageDecoder(manufacturer: manufacturer, decryptor: decryptor, keepsNodes: true)
  }

  /// Takes one line or read.
  mutating func take(_ octets: [UInt8], arrival: UTCTime?, _ handle: (Event) throws -> Void) rethrows {
    if let arrival {
      if let lastArrival, (arrival - lastArrival).magnitude > Pipeline.silence {
        while let event = stream.fallSilent() { try translate(event, handle) }
      }
      lastArrival = arrival
    }
    let betweenFrames = stream.deframer.waiting <= 1
    if betweenFrames, try takeUnframed(octets, handle) { return }
    stream.append(octets.span, arrival: arrival ?? UTCTime(milliseconds: 0))
    while let event = stream.next() { try translate(event, handle) }
    offset += Int64(octets.count)
  }

  /// Takes octets that are one message without a frame; false, and nothing said, when they are not.
  mutating func takeUnframed(_ octets: [UInt8], _ handle: (Event) throws -> Void) rethrows -> Bool {
    guard MessageDecoder.maybeMessage(octets) else { return false }
    do {
      try unframed.decode(octets.span, in: 0..<octets.count, isChecked: false)
    } catch {
      // What is ciphered from its first octet to its last is a message, readable or not.
      guard MessageDecoder.isCiphered(octets.span) else { return false }
      try handle(.reject(stage: error.stage, reason: error.description, octets: octets, offset: offset))
      offset += Int64(octets.count)
      unframedOctets += Int64(octets.count)
      return true
    }
    try handle(.message(unframed, octets: unframed.places(in: octets), form: .bare, offset: offset))
    offset += Int64(octets.count)
    unframedOctets += Int64(octets.count)
    return true
  }

  /// The input ended: what was begun is given up.
  mutating func giveUp(_ handle: (Event) throws -> Void) rethrows {
    while let event = stream.giveUp() { try translate(event, handle) }
  }

  private mutating func translate(_ event: StreamDecoder.Event, _ handle: (Event) throws -> Void) rethrows {
    let start = stream.span.lowerBound + unframedOctets
    switch event {
    case .list:
      let form: Form = stream.telegram.map(Form.telegram) ?? stream.frame.map(Form.frame) ?? .bare
      let octets = stream.message.places(in: stream.messageOctets)
      try handle(.message(stream.message, octets: octets, form: form, offset: start))
    case .nothing:
      if let frame = stream.frame { try handle(.nothing(frame, offset: start)) }
    case .reject(let fault):
      // The octets and the flag that closes them.
      let offset = fault.streamOffset + unframedOctets
      refusedUpTo = max(refusedUpTo, offset + Int64(fault.octets.count) + 1)
      try handle(.reject(stage: fault.stage, reason: fault.reason, octets: fault.octets, offset: offset))
    case .noise(let streamOffset, let count):
      let offset = streamOffset + unframedOctets
      // What a reject has told of is not told again.
      let told = max(0, min(Int64(count), refusedUpTo - offset))
      if told < Int64(count) { try handle(.noise(count: count - Int(told), offset: offset + told)) }
    }
  }
}
