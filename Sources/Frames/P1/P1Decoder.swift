import Metering

/// Telegrams to lists.
package enum P1Decoder {
  /// Reads the lines of `telegram` into `list`; nothing of what `list` held before is left.
  ///
  /// A line that is malformed is passed over and counted, for meters are known that send one under a right CRC; so is a line
  /// that nobody here knows. What has been read stands: of two lines with the same code the first one counts.
  package static func decode(
    _ octets: Span<UInt8>, _ telegram: P1Telegram, into list: inout MeterList
  ) throws(P1Error) {
    list.removeAll()
    list.kind = .p1
    list.isChecked = telegram.check != .absent
    for place in telegram.identification { list.identification.append(octets[place]) }
    list.maker = Maker(identification: list.identification)
    var clock: P1Clock?
    var parts = P1Clock()
    var place = telegram.lines.lowerBound
    while let line = P1Line(octets, at: &place, end: telegram.lines.upperBound) {
      guard let code = line.code else {
        list.malformedLines += 1
        continue
      }
      let isRead: Bool
      switch P1Field.of(code) {
      // The meter has nothing to say of it.
      case _? where line.values.isEmpty: isRead = true
      case .list(.quantity(let quantity)): isRead = list.take(quantity, octets, in: line.values)
      case .list(.clock):
        let sent = P1Clock(octets, in: line.values)
        isRead = clock == nil && sent?.wall != nil
        clock = isRead ? sent : clock
      case .list(.meterID): isRead = list.meterID.take(octets, in: line.values)
      case .list(.meterType): isRead = list.meterType.take(octets, in: line.values)
      case .list(.listVersion): isRead = list.listVersion.take(octets, in: line.values)
      case .time: isRead = parts.takeTime(octets, in: line.values)
      case .date: isRead = parts.takeDate(octets, in: line.values)
      case .list(.ignored): isRead = true
      // A telegram identifies itself by its header.
      case nil, .list(.deviceName), .list(.meterNumber), .list(.tariff), .list(.ignoredText):
        isRead = true
        list.unknownElements += 1
      }
      if !isRead { list.malformedLines += 1 }
    }
    list.clock = (clock ?? parts).wall.map { MeterClock(wall: $0) }
    list.clockSaysSummer = clock?.isSummer
    guard !list.readings.isEmpty else { throw P1Error.noReading }
  }
}

/// Why a telegram did not become a list.
package enum P1Error: Error, Hashable, Sendable, CustomStringConvertible {
  case noReading

  package var description: String { "no line of the telegram is a reading that is known here" }
}

extension MeterList {
  /// Takes a measured value; false when it is none of this quantity, or when there is one already.
  fileprivate mutating func take(_ quantity: Quantity, _ octets: Span<UInt8>, in range: Range<Int>) -> Bool {
    let unit = quantity.unit
    guard let value = P1Value(octets, in: range, of: unit) else { return false }
    let shift = value.exponent - unit.exponent
    let scaled = quantity.isRegister ? value.raw.scaled(byPowerOfTen: shift) : value.raw.rounded(byPowerOfTen: shift)
    guard let scaled, readings.insert(scaled, for: quantity) else { return false }
    guard quantity.isRegister else { return true }
    do { try setRegister(quantity, raw: value.raw, scale: value.exponent, at: range.lowerBound) } catch {
      readings[quantity] = nil
      return false
    }
    return true
  }
}

extension ShortText {
  /// Takes a text that fits; false when it does not, or when there is one already.
  fileprivate mutating func take(_ octets: Span<UInt8>, in range: Range<Int>) -> Bool {
    guard isEmpty, range.count <= ShortText.capacity else { return false }
    for place in range {
      // A second value is no part of a text.
      if octets[place] == 0x28 || octets[place] == 0x29 {
        removeAll()
        return false
      }
      append(octets[place])
    }
    return true
  }
}
