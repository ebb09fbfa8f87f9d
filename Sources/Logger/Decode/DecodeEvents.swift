import Frames
import Metering

/// Reads what `decode` is given, message by message, framed or not, and hands each to `handle` with the decoder that read it.
///
/// A message without flags is taken where its beginning is known: as a line of its own, or as the whole of a hex text. Nothing
/// vouches for its octets, so it is marked unchecked.
struct DecodeEvents {
  enum Event {
    /// A message; `octets` are what its places refer to, and people count from `start` in them.
    case message(MessageDecoder, octets: [UInt8], start: Int, form: Form, offset: Int64)
    /// A frame without information, or a part of a message that waits for the next.
    case nothing(Form, offset: Int64)
    case reject(stage: Reject.Stage, reason: String, octets: [UInt8], offset: Int64)
    case noise(count: Int, offset: Int64)
  }

  /// What a message came in; nil: in nothing, LLC, APDU or body alone.
  typealias Form = StreamDecoder.Form?

  private var stream: StreamDecoder
  private var lastArrival: UTCTime?
  private var refusedUpTo: Int64 = 0

  init(manufacturer: Manufacturer, decryptor: APDUDecryptor = APDUDecryptor()) {
    // What people decode by hand may come from many meters: nothing is compared with what came before.
    stream = StreamDecoder(manufacturer: manufacturer, decryptor: decryptor, keepsNodes: true, isOneStream: false)
  }

  /// Takes one line or read.
  mutating func take(_ octets: [UInt8], arrival: UTCTime?, _ handle: (Event) throws -> Void) rethrows {
    if let arrival {
      if let lastArrival, (arrival - lastArrival).magnitude > Pipeline.silence {
        while let event = stream.fallSilent() { try translate(event, handle) }
      }
      lastArrival = arrival
    }
    if try takeUnframed(octets, handle) { return }
    stream.append(octets.span, arrival: arrival ?? UTCTime(milliseconds: 0))
    while let event = stream.next() { try translate(event, handle) }
  }

  /// Takes octets that are one message without a frame; false, and nothing said, when they are not.
  mutating func takeUnframed(_ octets: [UInt8], _ handle: (Event) throws -> Void) rethrows -> Bool {
    let arrival = lastArrival ?? UTCTime(milliseconds: 0)
    guard let event = stream.takeMessage(octets, arrival: arrival) else { return false }
    try translate(event, handle)
    return true
  }

  /// The input ended: what was begun is given up.
  mutating func giveUp(_ handle: (Event) throws -> Void) rethrows {
    while let event = stream.giveUp() { try translate(event, handle) }
  }

  private mutating func translate(_ event: StreamDecoder.Event, _ handle: (Event) throws -> Void) rethrows {
    let offset = stream.span.lowerBound
    switch event {
    case .list:
      let octets = stream.message.places(in: stream.messageOctets)
      try handle(
        .message(stream.message, octets: octets, start: stream.messageStart, form: stream.form, offset: offset))
    case .nothing: try handle(.nothing(stream.form, offset: offset))
    case .reject(let fault):
      // The octets and the flag that closes them.
      let offset = fault.streamOffset
      refusedUpTo = max(refusedUpTo, offset + Int64(fault.octets.count) + 1)
      try handle(.reject(stage: fault.stage, reason: fault.reason, octets: fault.octets, offset: offset))
    case .noise(let offset, let count):
      // What a reject has told of is not told again.
      let told = max(0, min(Int64(count), refusedUpTo - offset))
      if told < Int64(count) { try handle(.noise(count: count - Int(told), offset: offset + told)) }
    }
  }
}

extension StreamDecoder.Form {
  /// The word for it in `decode --json`.
  var transport: String {
    switch self {
    case .frame: "hdlc"
    case .telegram: "p1"
    case .longFrame: "mbus"
    }
  }
}
