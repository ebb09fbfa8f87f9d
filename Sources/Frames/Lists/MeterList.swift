package import Metering

/// One decoded message of a meter.
///
/// Storage is inline: the decoder fills the same one again and again and allocates nothing.
package struct MeterList: Sendable {
  package var kind: ListKind = .list1
  package var maker: Maker = .other
  package var listVersion = ShortText()
  /// The header of a P1 telegram without its `/`, for example `LGF5E360`; empty for any other list.
  package var identification = ShortText()
  package var meterID = ShortText()
  package var meterType = ShortText()
  /// The COSEM logical device name: `ISK1030777000001`.
  package var deviceName = ShortText()
  /// The tariff that counts at the moment.
  package var tariff: Int64?
  /// The clock of the list, else that of the APDU; nil when neither is a clock.
  package var clock: MeterClock?
  /// The letter behind the clock of a P1 telegram: S (true) or W (false). Not to be believed (`protocol.md` 6.4).
  package var clockSaysSummer: Bool?
  /// Everything measured, in base units. Registers are here too, in Wh and varh.
  package var readings = Readings()
  /// The registers as they were sent; nil when the list has none.
  package var registers: Registers?
  /// Elements that no layout here knows.
  package var unknownElements = 0
  /// Lines of a P1 telegram that could not be read, and were passed over.
  package var malformedLines = 0
  /// Whether a check sequence, or the tag of an authenticated message, vouches for the octets; false for a plain message
  /// that came without its frame.
  package var isChecked = true
  /// Whether it came encrypted, and was decrypted.
  package var isEncrypted = false

  package init() {}

  /// Forgets what the last message said.
  mutating func removeAll() {
    listVersion.removeAll()
    identification.removeAll()
    meterID.removeAll()
    meterType.removeAll()
    deviceName.removeAll()
    tariff = nil
    clock = nil
    clockSaysSummer = nil
    readings.removeAll()
    registers = nil
    unknownElements = 0
    malformedLines = 0
  }

  /// Which meter says it is, where the list names one.
  package var identity: MeterIdentity? {
    guard let id = serialNumber ?? (meterID.isEmpty ? nil : meterID.description) else { return nil }
    return MeterIdentity(id: id, maker: maker, type: meterType.description, listVersion: listVersion.description)
  }

  /// The last eight digits of an Iskraemeco's device name (IDIS Package 2: maker, type, function, serial number). Its lists
  /// carry numbers of the grid company's that differ from list to list, and those without a device name carry this one.
  private var serialNumber: String? {
    guard maker == .iskraemeco, deviceName.count == 16 else { return nil }
    let serial = deviceName.description.suffix(8)
    return serial.allSatisfy { ("0"..."9").contains($0) } ? String(serial) : nil
  }
}
