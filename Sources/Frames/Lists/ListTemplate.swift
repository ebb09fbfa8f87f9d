import Metering

/// A list as one meter sends it again and again: the octets that stay the same, and the numbers between them.
///
/// From list to list a meter changes numbers and clock, nothing else. So a list that was decoded is kept as a template, and a
/// body that fits it is read by going from number to number, without nodes, layouts and OBIS codes. The result is the same:
/// every octet that the decoder decides by must be equal, and what it would refuse is left to it.
final class ListTemplate: Sendable {
  /// Octets of the body.
  private let count: Int
  /// The body, eight octets to a word; the last word is filled up with octets that may be anything.
  private let words: [Word]
  private let numbers: [Number]
  /// The place of the date-time, from the start of the body.
  private let clock: Int?
  /// The largest voltage, as it is sent, for which the exponents here hold.
  private let voltages: ClosedRange<Int64>
  /// What the list says besides numbers and clock.
  private let rest: MeterList

  /// Eight octets as a little-endian number, and which of its bits must be equal.
  private struct Word: Sendable {
    var octets: UInt64
    var fixed: UInt64
  }

  /// One number of the list.
  private struct Number: Sendable {
    /// The place of its first octet, from the start of the body.
    var place: Int
    var tag: AXDRTag
    var quantity: Quantity
    var isVoltage: Bool
    var isRegister: Bool
    /// The power of ten from what is sent to the base unit, and ten to it where it is positive.
    var shift: Int
    var factor: Int64
    /// Where it stands in the four total registers.
    var register: RegisterPlace?

    /// Nil for a number that is not always read in the same way.
    init?(_ quantity: Quantity, _ item: ListDecoder.Item, _ node: AXDRNode, at place: Int, in list: MeterList) {
      shift = item.exponent - quantity.unit.exponent
      guard item.certainty != .open, (-18...18).contains(shift) else { return nil }
      if let register = RegisterPlace(quantity) {
        let scale = item.certainty == .assumed ? nil : item.exponent
        guard let registers = list.registers, registers.scale == scale else { return nil }
        self.register = register
      }
      self.place = place
      self.quantity = quantity
      tag = node.tag
      isVoltage = quantity.unit == .millivolt
      isRegister = quantity.isRegister
      factor = Int64(1).scaled(byPowerOfTen: max(0, shift)) ?? 1
    }
  }

  /// A longer body is a rare one.
  private static let mostOctets = 2048

  /// The template of the list that `decoder` has just read from `octets[range]`; nil when it has none.
  ///
  /// `voltages`: the range of the largest voltage in which the exponents of the items hold; nil when other numbers had a say
  /// in them.
  init?(
    _ list: MeterList, items: [ListDecoder.Item], nodes: ArraySlice<AXDRNode>, octets: Span<UInt8>,
    in range: Range<Int>,
    voltages: ClosedRange<Int64>?
  ) {
    guard let voltages, range.count <= ListTemplate.mostOctets else { return nil }
    var fixed = Array(repeating: UInt8.max, count: (range.count + 7) / 8 * 8)
    var body = Array(repeating: UInt8.zero, count: fixed.count)
    for place in range { body[place - range.lowerBound] = octets[place] }
    for place in range.count..<fixed.count { fixed[place] = 0 }
    var numbers: [Number] = []
    var clock: Int?
    for item in items {
      let node = nodes[item.node]
      let content = Int(node.contentOffset) - range.lowerBound
      switch item.field {
      case .quantity(let quantity):
        if node.tag == .nullData { continue }
        guard let number = Number(quantity, item, node, at: content, in: list) else { return nil }
        numbers.append(number)
      case .clock:
        guard clock == nil else { return nil }
        clock = content
      case .ignored, .ignoredText, nil:
        // Six octets may be a code, and containers have no octets of their own.
        if node.tag.isContainer || (node.tag == .octetString && node.count == 6) { continue }
      case .listVersion, .meterID, .meterType, .meterNumber, .deviceName, .tariff: continue
      }
      for place in content..<(content + Int(node.count)) { fixed[place] = 0 }
    }
    count = range.count
    words = stride(from: 0, to: body.count, by: 8).map { place in
      Word(octets: ListTemplate.word(body, at: place), fixed: ListTemplate.word(fixed, at: place))
    }
    self.numbers = numbers
    self.clock = clock
    self.voltages = voltages
    var rest = list
    rest.clock = nil
    self.rest = rest
  }

  private static func word(_ octets: [UInt8], at place: Int) -> UInt64 {
    (0..<8).reduce(0) { $0 | UInt64(octets[place + $1]) << UInt64(8 * $1) }
  }

  /// Reads the body `octets[range]` into `list`. False when it does not fit, or when a number is out of bounds; then `list` is
  /// anything.
  func read(_ octets: Span<UInt8>, in range: Range<Int>, into list: inout MeterList) -> Bool {
    guard fits(octets.extracting(range)) else { return false }
    list = rest
    let bytes = octets.extracting(range).bytes
    var largestVoltage: Int64 = 0
    let numbers = numbers
    let row = numbers.span
    for index in row.indices {
      let number = row[unchecked: index]
      guard let raw = AXDRReader.number(number.tag, bytes, at: number.place) else { return false }
      if number.isVoltage { largestVoltage = max(largestVoltage, raw.magnitude > Int64.max ? .max : abs(raw)) }
      let value: Int64
      if number.shift >= 0 {
        let (product, overflow) = raw.multipliedReportingOverflow(by: number.factor)
        if overflow { return false }
        value = product
      } else {
        guard
          let scaled = number.isRegister
            ? raw.scaled(byPowerOfTen: number.shift) : raw.rounded(byPowerOfTen: number.shift)
        else { return false }
        value = scaled
      }
      list.readings[number.quantity] = value
      if let register = number.register { list.registers?[register] = raw }
    }
    if let clock { list.clock = COSEMDateTime.clock(octets, at: range.lowerBound + clock) }
    return voltages.contains(largestVoltage)
  }

  /// Whether a body is as long as that of the template, and its octets are the same where they must be.
  func fits(_ body: Span<UInt8>) -> Bool {
    guard body.count == count else { return false }
    let bytes = body.bytes
    var difference: UInt64 = 0
    var place = 0
    let words = words
    let row = words.span
    for index in row.indices {
      let word = row[unchecked: index]
      let octets: UInt64
      if place &+ 8 <= count {
        octets = UInt64(littleEndian: bytes.unsafeLoadUnaligned(fromByteOffset: place, as: UInt64.self))
      } else {
        octets = (place..<count).reversed().reduce(0) { $0 << 8 | UInt64(body[$1]) }
      }
      difference |= (octets ^ word.octets) & word.fixed
      place &+= 8
    }
    return difference == 0
  }
}
