package import Metering

/// One message behind its frame, decoded: LLC, ciphering, Data-Notification, A-XDR body, layout.
package struct MessageDecoder: Sendable {
  /// The last list; good after `decode` returned.
  package private(set) var list = MeterList()
  package private(set) var lists: ListDecoder
  /// The APDU of the last message; nil for a bare body.
  package private(set) var notification: DataNotification?
  /// How the last message was protected; nil for a plain one. A protected one has its places in `decryptor.plainText`.
  package private(set) var protection: APDUDecryptor.Protection?
  package private(set) var decryptor: APDUDecryptor

  /// `keepsNodes`: see `ListDecoder`.
  package init(
    manufacturer: Manufacturer = .auto, decryptor: APDUDecryptor = APDUDecryptor(), keepsNodes: Bool = false
  ) {
    lists = ListDecoder(manufacturer: manufacturer, keepsNodes: keepsNodes)
    self.decryptor = decryptor
  }

  /// Decodes the message that fills `octets[range]`: with LLC, from the APDU on, or a bare body, as its first octet says
  /// (`protocol.md` 0). `isChecked` tells whether a check sequence vouches for it.
  /// `maybeBody`: false where the octets came in a frame, for a continuation that lost its beginning may look like a body.
  package mutating func decode(
    _ octets: Span<UInt8>, in range: Range<Int>, isChecked: Bool, maybeBody: Bool = true
  ) throws(MessageError) {
    protection = nil
    do throws(MessageError) { try decodePlain(octets, in: range, maybeBody: maybeBody) } catch {
      guard case .apdu(let fault) = error, fault.kind == .otherTag(CipheredAPDU.tag) else { throw error }
      try decodeCiphered(octets, in: fault.offset..<range.upperBound)
    }
    list.isEncrypted = protection?.isEncrypted ?? false
    list.isChecked = isChecked || protection?.isAuthenticated ?? false
  }

  /// Decodes a telegram, whose octets stand in `octets`.
  package mutating func decode(_ octets: Span<UInt8>, _ telegram: P1Telegram) throws(P1Error) {
    protection = nil
    notification = nil
    list.isEncrypted = false
    try P1Decoder.decode(octets, telegram, into: &list)
  }

  private mutating func decodePlain(
    _ octets: Span<UInt8>, in range: Range<Int>, maybeBody: Bool = false
  )
    throws(MessageError)
  {
    notification = nil
    var body = range
    if !range.isEmpty, !(maybeBody && MessageDecoder.isBody(octets[range.lowerBound])) {
      do {
        let notification = try DataNotification(octets, in: range)
        self.notification = notification
        body = notification.body
      } catch { throw .apdu(error) }
    }
    do { try lists.decode(octets, in: body, into: &list) } catch { throw .list(error) }
    list.clock = list.clock ?? notification?.clock
  }

  private mutating func decodeCiphered(_ octets: Span<UInt8>, in range: Range<Int>) throws(MessageError) {
    let protection: APDUDecryptor.Protection
    do { protection = try decryptor.decrypt(octets, in: range) } catch { throw .security(error) }
    let plainText = decryptor.plainText
    do { try decodePlain(plainText.span, in: 0..<plainText.count) } catch { throw .decrypted(error, protection) }
    decryptor.accept()
    self.protection = protection
  }

  /// Whether octets that came without a frame may be a message: LLC, Data-Notification, ciphered APDU, or a bare array
  /// or structure.
  package static func maybeMessage(_ octets: some Collection<UInt8>) -> Bool {
    guard let first = octets.first else { return false }
    return first == DataNotification.destinationLSAP || first == DataNotification.tag || first == CipheredAPDU.tag
      || isBody(first)
  }

  /// Whether octets that came without a frame begin with a whole ciphered message.
  package static func isCiphered(_ octets: Span<UInt8>) -> Bool {
    let start = DataNotification.hasLLC(octets) ? 3 : 0
    guard octets.count > start, octets[start] == CipheredAPDU.tag else { return false }
    do { _ = try CipheredAPDU(octets, in: start..<octets.count) } catch { return error.isOfWholeContainer }
    return true
  }

  /// The octets in which the last message has its places: `octets`, which it was read from, or what was decrypted.
  package func places(in octets: [UInt8]) -> [UInt8] { protection == nil ? octets : decryptor.plainText }

  private static func isBody(_ octet: UInt8) -> Bool {
    octet == AXDRTag.array.rawValue || octet == AXDRTag.structure.rawValue
  }
}

/// Why a message did not become a list.
package enum MessageError: Error, Hashable, Sendable, CustomStringConvertible {
  case security(SecurityError)
  /// What was decrypted did not become a list; places count from the first octet of the plain text.
  indirect case decrypted(MessageError, APDUDecryptor.Protection)
  case apdu(APDUError)
  case list(ListDecodingError)

  package var stage: Reject.Stage {
    switch self {
    case .security: .security
    case .decrypted(let error, _): error.stage
    case .apdu(let error):
      if case .otherLLC = error.kind { .link } else { .apdu }
    case .list(.body): .axdr
    case .list(.list): .list
    }
  }

  package var description: String {
    switch self {
    case .security(let error): error.description
    case .decrypted(let error, let protection):
      "in the decrypted message, \(error)\(protection.isAuthenticated ? "" : "; is the encryption key right?")"
    case .apdu(let error): error.description
    case .list(.body(let error)): error.description
    case .list(.list(let error)): error.description
    }
  }

  /// The same with its place counted from elsewhere: from the opening flag of a frame, say, and not from the start of a
  /// buffer, which depends on how the stream was cut into reads.
  func moved(by distance: Int) -> MessageError {
    switch self {
    case .security(let error): .security(error.moved(by: distance))
    case .decrypted: self
    case .apdu(let error): .apdu(APDUError(error.kind, at: error.offset + distance))
    case .list(.body(let error)): .list(.body(AXDRError(error.kind, at: error.offset + distance)))
    case .list(.list(let error)): .list(.list(ListError(error.kind, at: error.offset + distance)))
    }
  }
}
