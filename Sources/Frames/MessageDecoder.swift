package import Metering

/// One message behind its frame, decoded: LLC, Data-Notification, A-XDR body, layout.
package struct MessageDecoder: Sendable {
  /// The last list; good after `decode` returned.
  package private(set) var list = MeterList()
  package private(set) var lists: ListDecoder
  /// The APDU of the last message; nil for a bare body.
  package private(set) var notification: DataNotification?

  package init(manufacturer: Manufacturer = .auto) {
    lists = ListDecoder(manufacturer: manufacturer)
  }

  /// Decodes the message that fills `octets[range]`: with LLC, from the APDU on, or a bare body, as its first octet says
  /// (`protocol.md` 0). `isChecked` tells whether a check sequence vouches for it.
  package mutating func decode(_ octets: Span<UInt8>, in range: Range<Int>, isChecked: Bool) throws(MessageError) {
    notification = nil
    var body = range
    if !range.isEmpty, !MessageDecoder.isBody(octets[range.lowerBound]) {
      do {
        let notification = try DataNotification(octets, in: range)
        self.notification = notification
        body = notification.body
      } catch { throw .apdu(error) }
    }
    do { try lists.decode(octets, in: body, into: &list) } catch { throw .list(error) }
    list.clock = list.clock ?? notification?.clock
    list.isChecked = isChecked
  }

  /// Whether octets that came without a frame may be a message: LLC, Data-Notification, or a bare array or structure.
  package static func maybeMessage(_ octets: some Collection<UInt8>) -> Bool {
    guard let first = octets.first else { return false }
    return first == DataNotification.destinationLSAP || first == DataNotification.tag || isBody(first)
  }

  private static func isBody(_ octet: UInt8) -> Bool {
    octet == AXDRTag.array.rawValue || octet == AXDRTag.structure.rawValue
  }
}

/// Why a message did not become a list.
package enum MessageError: Error, Hashable, Sendable, CustomStringConvertible {
  case apdu(APDUError)
  case list(ListDecodingError)

  package var stage: Reject.Stage {
    switch self {
    case .apdu(let error):
      if case .otherLLC = error.kind { .link } else { .apdu }
    case .list(.body): .axdr
    case .list(.list): .list
    }
  }

  package var description: String {
    switch self {
    case .apdu(let error): error.description
    case .list(.body(let error)): error.description
    case .list(.list(let error)): error.description
    }
  }

  /// The same with its place counted from elsewhere: from the opening flag of a frame, say, and not from the start of a
  /// buffer, which depends on how the stream was cut into reads.
  func moved(by distance: Int) -> MessageError {
    switch self {
    case .apdu(let error): .apdu(APDUError(error.kind, at: error.offset + distance))
    case .list(.body(let error)): .list(.body(AXDRError(error.kind, at: error.offset + distance)))
    case .list(.list(let error)): .list(.list(ListError(error.kind, at: error.offset + distance)))
    }
  }
}
