import Metering

/// Applies layouts to bodies: one algorithm for every maker.
///
/// A body is read into nodes, a layout is chosen by their shape, the nodes become items (which field, which value, which
/// power of ten), and the items become a `MeterList`. Items stay readable afterwards, for the listing that people debug with.
package struct ListDecoder: Sendable {
  /// One field of the list and the node that holds it.
  package struct Item: Hashable, Sendable {
    /// Nil for an element that no layout knows.
    package var field: Field?
    /// The code, where the frame sends one.
    package var code: OBISCode?
    /// The place of the value's node.
    package var node: Int
    /// The power of ten of a measured value: value × 10^exponent is in the plain unit.
    package var exponent: Int
    /// How sure the exponent is.
    package var certainty = Certainty.sent
  }

  /// What a power of ten rests on.
  package enum Certainty: Hashable, Sendable {
    /// The frame sends it.
    case sent
    /// The layout or the meter's type documents it, or the frame's own values leave no other.
    case documented
    /// What meters of this kind were found to use: good to look at, not good enough to log energy by.
    case assumed
    /// Nothing: the number is kept raw.
    case open
  }

  package private(set) var reader = AXDRReader()
  package internal(set) var items: [Item] = []
  /// The layout of the last list.
  package private(set) var layout: ListLayout = .aidon

  private let manufacturer: Manufacturer
  /// What the last lists of different form looked like, oldest first but for the order in which they were replaced.
  private var templates: [(count: Int, template: ListTemplate)] = []
  private var oldestTemplate = 0
  /// Which template is that of the last list.
  private var current: Int?
  private let usesTemplates: Bool
  /// The largest voltages for which the items' exponents hold; nil when other numbers of the list had a say in them.
  var voltages: ClosedRange<Int64>?

  /// A port carries three or four forms of lists.
  private static let mostTemplates = 8

  /// `keepsNodes`: `nodes`, `items` and `layout` are wanted after each list, so that every octet is looked at each time.
  /// Otherwise they are those of the last list of a new form, and one whose form is known is read several times faster.
  package init(manufacturer: Manufacturer = .auto, keepsNodes: Bool = false) {
    self.manufacturer = manufacturer
    usesTemplates = !keepsNodes
    items.reserveCapacity(128)
  }

  package var nodes: ArraySlice<AXDRNode> { reader.nodes }

  /// Reads the body `octets[range]` into `list`; nothing of what `list` held before is left.
  package mutating func decode(
    _ octets: Span<UInt8>, in range: Range<Int>, into list: inout MeterList
  ) throws(ListDecodingError) {
    isFamiliar = readByTemplate(octets, in: range, into: &list)
    if isFamiliar { return }
    do { try reader.read(octets, in: range) } catch { throw .body(error) }
    items.removeAll(keepingCapacity: true)
    layout = try chooseLayout(octets)
    guard manufacturer.admits(layout) else {
      throw .list(ListError(.notAdmitted(layout.name, manufacturer), at: range.lowerBound))
    }
    do {
      switch layout.shape {
      case .selfDescribing: try itemsOfSelfDescribing(octets)
      case .pairs(let leading): try itemsOfPairs(octets, leading: leading)
      case .positional(let fields): itemsOfPositional(fields)
      case .labelled(let besides): try itemsOfLabelled(octets, besides: besides)
      case .pushed: try itemsOfPushed(octets)
      }
      voltages = 0...Int64.max
      if !layout.scales.open.isEmpty { settleScales(octets) }
      try fill(&list, octets)
    } catch { throw .list(error) }
    if usesTemplates { keepTemplate(of: list, octets, in: range) }
  }

  /// Whether the last list was read by the template of one before it.
  private(set) var isFamiliar = false

  /// The form of the last list; nil when none was made of it.
  var template: ListTemplate? { current.map { templates[$0].template } }

  private mutating func readByTemplate(_ octets: Span<UInt8>, in range: Range<Int>, into list: inout MeterList) -> Bool
  {
    for place in templates.indices where templates[place].count == range.count {
      if templates[place].template.read(octets, in: range, into: &list) {
        current = place
        return true
      }
    }
    current = nil
    return false
  }

  private mutating func keepTemplate(of list: MeterList, _ octets: Span<UInt8>, in range: Range<Int>) {
    guard
      let template = ListTemplate(list, items: items, nodes: nodes, octets: octets, in: range, voltages: voltages)
    else { return }
    current = templates.count < ListDecoder.mostTemplates ? templates.count : oldestTemplate
    if templates.count < ListDecoder.mostTemplates {
      templates.append((range.count, template))
    } else {
      templates[oldestTemplate] = (range.count, template)
      oldestTemplate = (oldestTemplate + 1) % ListDecoder.mostTemplates
    }
  }
}

// MARK: - Choosing a layout by shape (`protocol.md` 5.1)

extension ListDecoder {
  private func chooseLayout(_ octets: Span<UInt8>) throws(ListDecodingError) -> ListLayout {
    let body = nodes[0]
    guard nodes.count > 1 else { throw .list(ListError(.unknownShape, at: Int(body.offset))) }
    let first = nodes[1]
    if body.tag == .array {
      return first.tag == .structure && code(at: 2, octets) != nil ? selfDescribingLayout(octets) : .unknown
    }
    let count = Int(body.count)
    switch first.tag {
    case .visibleString where count % 2 == 1 && text(first, octets).hasPrefix("Kamstrup_V"):
      // Push 1 begins with the register of active energy.
      return code(at: 2, octets)?.measured == 0x01_08_00 ? .kamstrupPush1 : .kamstrup
    case .octetString where first.count == 6 && count % 2 == 0 && code(at: 3, octets) != nil: return .kaifaSweden
    case .octetString where first.count == 7, .doubleLongUnsigned where count == 1:
      if let layout = ListLayout.kaifa.first(where: { $0.positionalCount == count }) { return layout }
    case .octetString where Int(first.count) == COSEMDateTime.size && code(at: 2, octets) != nil: return .austria
    case .array where isListOfObjects(octets): return .landisGyrPush
    default: break
    }
    return ListLayout.iskraemeco.first { fits($0, octets) } ?? ListLayout.landisGyrPositional.first { fits($0, octets) }
      ?? .unknown
  }

  /// Aidon and Landis+Gyr share a form; the version text tells them apart, and Sweden is told by its leading clock.
  private func selfDescribingLayout(_ octets: Span<UInt8>) -> ListLayout {
    // array, structure, OBIS code, value
    guard nodes.count > 3, let code = code(nodes[2], octets) else { return .aidon }
    switch Field.of(code) {
    case .listVersion where text(nodes[3], octets).hasPrefix("EMBRIQ"): return .landisGyr
    case .clock: return .aidonSweden
    default: return .aidon
    }
  }

  /// The code that the node at `place` of the row holds.
  private func code(at place: Int, _ octets: Span<UInt8>) -> OBISCode? {
    place < nodes.count ? code(nodes[place], octets) : nil
  }

  /// Whether a positional layout has as many elements as the body, each of the type that it sends.
  private func fits(_ layout: ListLayout, _ octets: Span<UInt8>) -> Bool {
    guard case .positional(let fields) = layout.shape, fields.count == nodes[0].count else { return false }
    var place = 1
    return fields.allSatisfy { field in
      defer { place = Int(nodes[place].next) }
      return fits(field, nodes[place], octets)
    }
  }

  private func fits(_ field: Field, _ node: AXDRNode, _ octets: Span<UInt8>) -> Bool {
    switch field {
    case .quantity(let quantity):
      switch quantity.unit {
      case .milliampere, .millivolt, .perMille: node.tag == .longUnsigned || node.tag == .long
      case .watt, .var, .wattHour, .varHour: node.tag.isInteger && node.count >= 4
      }
    case .deviceName:
      // DLMS UA: 16 octets at most, the first three the maker's letters.
      node.tag.isText && (4...16).contains(node.count) && node.content.prefix(3).allSatisfy { isCapital(octets[$0]) }
    case .listVersion, .meterID, .meterType, .ignoredText: node.tag.isText
    case .meterNumber: node.tag.isInteger
    case .tariff: node.tag == .unsigned || (node.tag == .octetString && node.count <= 2)
    case .clock: node.tag == .dateTime || (node.tag == .octetString && Int(node.count) == COSEMDateTime.size)
    case .ignored: true
    }
  }

  private func isCapital(_ octet: UInt8) -> Bool { (0x41...0x5A).contains(octet) }
}

extension ListLayout {
  fileprivate var positionalCount: Int? {
    if case .positional(let fields) = shape { fields.count } else { nil }
  }
}

// MARK: - From nodes to items

extension ListDecoder {
  /// Elements `{code, text or clock}` or `{code, value, {scaler, unit}}`.
  private mutating func itemsOfSelfDescribing(_ octets: Span<UInt8>) throws(ListError) {
    var place = 1
    while place < nodes.count {
      let element = nodes[place]
      defer { place = Int(element.next) }
      guard element.tag == .structure, element.count == 2 || element.count == 3,
        let code = code(nodes[place + 1], octets)
      else { throw ListError(.element, at: Int(element.offset)) }
      let value = place + 2
      var item = Item(field: Field.of(code), code: code, node: value, exponent: 0)
      if element.count == 3 {
        item.exponent = try scaler(after: value, measuring: item.field)
      } else if case .quantity = item.field, nodes[value].tag != .nullData {
        throw ListError(.scalerUnit, at: Int(nodes[value].offset))
      }
      items.append(item)
    }
  }

  /// The scaler of the structure `{scaler, unit}` behind a value.
  private func scaler(after value: Int, measuring field: Field?) throws(ListError) -> Int {
    let place = Int(nodes[value].next)
    guard isScalerUnit(place) else { throw ListError(.scalerUnit, at: Int(nodes[place].offset)) }
    return try scaler(at: place, measuring: field)
  }

  /// Whether the structure `{scaler, unit}` stands at `place` of the row.
  func isScalerUnit(_ place: Int) -> Bool {
    guard place < nodes.count else { return false }
    let pair = nodes[place]
    return pair.tag == .structure && pair.count == 2 && nodes[place + 1].tag == .integer
      && nodes[place + 2].tag == .enumeration
  }

  /// The scaler of the `{scaler, unit}` at `place`. The unit must be that of the field.
  func scaler(at place: Int, measuring field: Field?) throws(ListError) -> Int {
    if case .quantity(let quantity) = field {
      let unit = COSEMUnit(rawValue: UInt8(truncatingIfNeeded: nodes[place + 2].value))
      guard let unit, unit.measures(quantity.unit) else {
        throw ListError(.unit(nodes[place + 2].value, quantity), at: Int(nodes[place + 2].offset))
      }
    }
    return Int(nodes[place + 1].value)
  }

  /// Code and value alternate behind the leading elements; null in the place of both is a phase that is not there.
  private mutating func itemsOfPairs(_ octets: Span<UInt8>, leading: [Field]) throws(ListError) {
    var place = 1
    for field in leading {
      items.append(Item(field: field, code: nil, node: place, exponent: 0))
      place = Int(nodes[place].next)
    }
    while place < nodes.count {
      let key = nodes[place]
      let value = Int(key.next)
      guard value < nodes.count else { throw ListError(.element, at: Int(key.offset)) }
      defer { place = Int(nodes[value].next) }
      if key.tag == .nullData, nodes[value].tag == .nullData { continue }
      guard let code = code(key, octets) else { throw ListError(.element, at: Int(key.offset)) }
      let field = Field.of(code)
      items.append(
        Item(field: field, code: code, node: value, exponent: impliedExponent(of: field), certainty: .documented))
    }
  }

  private mutating func itemsOfPositional(_ fields: [Field]) {
    var place = 1
    for field in fields {
      items.append(
        Item(field: field, code: nil, node: place, exponent: impliedExponent(of: field), certainty: .documented))
      place = Int(nodes[place].next)
    }
  }

  func impliedExponent(of field: Field?) -> Int {
    guard case .quantity(let quantity) = field else { return 0 }
    return layout.scales.exponent(of: quantity.unit)
  }

  /// The OBIS code that a node holds: an octet-string of six.
  func code(_ node: AXDRNode, _ octets: Span<UInt8>) -> OBISCode? {
    node.tag == .octetString && node.count == 6 ? OBISCode(octets, at: Int(node.contentOffset)) : nil
  }
}

// MARK: - From items to the list

extension ListDecoder {
  private func fill(_ list: inout MeterList, _ octets: Span<UInt8>) throws(ListError) {
    list.removeAll()
    list.maker = layout.maker
    for item in items {
      let node = nodes[item.node]
      switch item.field {
      case .quantity(let quantity): try add(quantity, item, node, to: &list)
      case .listVersion: try copy(node, octets, to: &list.listVersion, "list_version_id")
      case .meterID: try copy(node, octets, to: &list.meterID, "meter_id")
      case .meterType: try copy(node, octets, to: &list.meterType, "meter_type")
      case .deviceName: try copy(node, octets, to: &list.deviceName, "device_name")
      case .meterNumber: try copyNumber(node, to: &list.meterID)
      case .tariff: list.tariff = try tariff(node, octets)
      case .clock:
        guard node.tag == .octetString || node.tag == .dateTime, Int(node.count) == COSEMDateTime.size else {
          throw ListError(.type(node.tag, "a date-time of 12 octets"), at: Int(node.offset))
        }
        guard list.clock == nil else { throw ListError(.twice("meter_time"), at: Int(node.offset)) }
        list.clock = COSEMDateTime.clock(octets, at: Int(node.contentOffset))
      case .ignored, .ignoredText: break
      case nil: list.unknownElements += 1
      }
    }
    if layout.kind == .unknown, list.readings.isEmpty { throw ListError(.unknownShape, at: Int(nodes[0].offset)) }
    list.kind = layout.kind ?? kindByContent(list)
    if list.maker == .other { list.maker = Maker(identification: list.deviceName) }
  }

  private func add(_ quantity: Quantity, _ item: Item, _ node: AXDRNode, to list: inout MeterList) throws(ListError) {
    if node.tag == .nullData { return }
    guard node.tag.isInteger else { throw ListError(.type(node.tag, "a whole number"), at: Int(node.offset)) }
    guard list.readings[quantity] == nil else { throw ListError(.twice(quantity.key), at: Int(node.offset)) }
    let shift = item.exponent - quantity.unit.exponent
    if quantity.isRegister {
      // Nothing is nothing in any scale.
      if item.certainty != .open || node.value == 0 {
        guard let value = node.value.scaled(byPowerOfTen: shift) else {
          throw ListError(.scale(quantity, node.value, item.exponent), at: Int(node.offset))
        }
        list.readings[quantity] = value
      }
      let scale = item.certainty == .sent || item.certainty == .documented ? item.exponent : nil
      try list.setRegister(quantity, raw: node.value, scale: scale, at: Int(node.offset))
    } else {
      guard let value = node.value.rounded(byPowerOfTen: shift) else {
        throw ListError(.scale(quantity, node.value, item.exponent), at: Int(node.offset))
      }
      list.readings[quantity] = value
    }
  }

  /// Text, without the NULs that Landis+Gyr pads its id with.
  private func copy(
    _ node: AXDRNode, _ octets: Span<UInt8>, to text: inout ShortText, _ key: String
  ) throws(ListError) {
    guard text.isEmpty else { throw ListError(.twice(key), at: Int(node.offset)) }
    guard node.tag.isText else { throw ListError(.type(node.tag, "a text"), at: Int(node.offset)) }
    guard node.count <= ShortText.capacity else { throw ListError(.longText(Int(node.count)), at: Int(node.offset)) }
    for place in node.content where octets[place] != 0 { text.append(octets[place]) }
  }

  /// A meter number that is sent as a number.
  private func copyNumber(_ node: AXDRNode, to text: inout ShortText) throws(ListError) {
    guard text.isEmpty else { throw ListError(.twice("meter_id"), at: Int(node.offset)) }
    guard node.tag.isInteger, node.value >= 0 else {
      throw ListError(.type(node.tag, "a number"), at: Int(node.offset))
    }
    text = ShortText(String(node.value))
  }

  /// A number, or the octets of one.
  private func tariff(_ node: AXDRNode, _ octets: Span<UInt8>) throws(ListError) -> Int64? {
    switch node.tag {
    case .nullData: nil
    case .octetString where node.count <= 2: node.content.reduce(0) { $0 << 8 | Int64(octets[$1]) }
    case _ where node.tag.isInteger || node.tag == .enumeration: node.value
    default: throw ListError(.type(node.tag, "a tariff"), at: Int(node.offset))
    }
  }

  func text(_ node: AXDRNode, _ octets: Span<UInt8>) -> ShortText {
    var text = ShortText()
    if node.tag.isText { for place in node.content { text.append(octets[place]) } }
    return text
  }

  /// List 1 is power alone, list 3 is told by its registers: never by count, never by an exact second.
  private func kindByContent(_ list: MeterList) -> ListKind {
    if list.registers != nil { return .list3 }
    return items.count == 1 ? .list1 : .list2
  }
}

extension MeterList {
  /// Keeps the four total registers raw, with one power of ten. Should a frame send two scalers (none was seen to), the raw
  /// value with the larger one is multiplied, exactly, to the smaller. A layout whose scale is not settled has none for all.
  mutating func setRegister(_ quantity: Quantity, raw: Int64, scale: Int?, at offset: Int) throws(ListError) {
    guard let place = RegisterPlace(quantity) else { return }
    var registers = registers ?? Registers(scale: scale)
    if let scale, let before = registers.scale {
      let common = min(scale, before)
      guard registers.rescale(from: before, to: common), let value = raw.scaled(byPowerOfTen: scale - common) else {
        throw ListError(.scale(quantity, raw, scale), at: offset)
      }
      registers[place] = value
    } else {
      registers[place] = raw
    }
    self.registers = registers
  }
}

extension Registers {
  /// Multiplies what is there so that it stands at the smaller `scale`; false when it does not fit.
  fileprivate mutating func rescale(from before: Int, to scale: Int) -> Bool {
    guard scale < before else { return true }
    for place in RegisterPlace.allCases {
      guard let raw = self[place] else { continue }
      guard let value = raw.scaled(byPowerOfTen: before - scale) else { return false }
      self[place] = value
    }
    self.scale = scale
    return true
  }
}
