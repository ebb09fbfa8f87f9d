/// Reads one A-XDR value into a row of nodes, and proves that nothing is left over.
///
/// Decodes by the tag that arrives, never by a maker's sheet. Depth, counts and lengths are bounded by what is there before
/// anything is stored: each element takes at least one octet. The row is storage that is used again and again: reading
/// allocates nothing once it is as long as the longest body.
package struct AXDRReader: Sendable {
  /// Real bodies nest three deep (`protocol.md` 3.4).
  package static let deepest = 8

  private var row: [AXDRNode]
  private var count = 0

  package init() {
    row = Array(repeating: AXDRReader.blank, count: 512)
  }

  private static let blank = AXDRNode(
    tag: .nullData, depth: 0, offset: 0, contentOffset: 0, count: 0, next: 0, value: 0)

  /// The nodes of the last body.
  package var nodes: ArraySlice<AXDRNode> { row[..<count] }

  /// Reads the value that fills `octets[range]` exactly.
  package mutating func read(_ octets: Span<UInt8>, in range: Range<Int>) throws(AXDRError) {
    count = 0
    // A node takes an octet at least.
    if range.count > row.count {
      row.append(contentsOf: repeatElement(AXDRReader.blank, count: range.count - row.count))
    }
    var nodes = row.mutableSpan
    var place = range.lowerBound
    let end = range.upperBound
    // The containers that are open: how many elements each still wants, and which node it is.
    var wanted = InlineArray<8, Int>(repeating: 0)
    var opened = InlineArray<8, Int>(repeating: 0)
    var depth = 0
    var index = 0
    repeat {
      let node = try AXDRReader.node(octets, at: place, end: end, depth: depth, index: index)
      place = Int(node.contentOffset)
      nodes[index] = node
      index &+= 1
      if node.tag.isContainer {
        guard depth < AXDRReader.deepest else { throw AXDRError(.tooDeep, at: Int(node.offset)) }
        opened[depth] = index &- 1
        wanted[depth] = Int(node.count)
        depth &+= 1
      } else {
        place &+= Int(node.count)
        if depth > 0 { wanted[depth &- 1] &-= 1 }
      }
      while depth > 0, wanted[depth &- 1] == 0 {
        nodes[opened[depth &- 1]].next = Int32(truncatingIfNeeded: index)
        depth &-= 1
        if depth > 0 { wanted[depth &- 1] &-= 1 }
      }
    } while depth > 0
    guard place == end else { throw AXDRError(.leftOver(end - place), at: place) }
    count = index
  }

  /// The node whose tag is at `place`.
  @inline(__always)
  private static func node(
    _ octets: Span<UInt8>, at place: Int, end: Int, depth: Int, index: Int
  )
    throws(AXDRError) -> AXDRNode
  {
    guard place < end else { throw AXDRError(.truncated(missing: 1), at: place) }
    guard let tag = AXDRTag(rawValue: octets[place]) else {
      throw AXDRError(.unknownType(octets[place]), at: place)
    }
    var content = place + 1
    var count: Int
    var value: Int64 = 0
    switch tag {
    case .nullData: count = 0
    case .array, .structure:
      count = try length(octets, at: &content, end: end)
      guard count <= end - content else { throw AXDRError(.truncated(missing: count - (end - content)), at: place) }
    case .octetString, .visibleString, .utf8String: count = try length(octets, at: &content, end: end)
    case .bitString: count = (try length(octets, at: &content, end: end) + 7) / 8
    case .boolean, .bcd, .integer, .unsigned, .enumeration: count = 1
    case .long, .longUnsigned: count = 2
    case .doubleLong, .doubleLongUnsigned, .float32, .time: count = 4
    case .long64, .long64Unsigned, .float64: count = 8
    case .date: count = 5
    case .dateTime: count = 12
    }
    if !tag.isContainer {
      guard count <= end - content else { throw AXDRError(.truncated(missing: count - (end - content)), at: place) }
      guard let number = number(tag, octets.bytes, at: content) else { throw AXDRError(.tooLarge, at: place) }
      value = number
    }
    return AXDRNode(
      tag: tag, depth: UInt8(truncatingIfNeeded: depth), offset: Int32(truncatingIfNeeded: place),
      contentOffset: Int32(truncatingIfNeeded: content), count: Int32(truncatingIfNeeded: count),
      next: Int32(truncatingIfNeeded: index + 1), value: value)
  }

  /// The number, boolean or enum of type `tag` whose content begins at `place`; 0 for another type, nil beyond 63 bits.
  @inline(__always)
  static func number(_ tag: AXDRTag, _ octets: RawSpan, at place: Int) -> Int64? {
    switch tag {
    case .boolean, .bcd, .unsigned, .enumeration:
      Int64(octets.unsafeLoad(fromByteOffset: place, as: UInt8.self))
    case .integer: Int64(octets.unsafeLoad(fromByteOffset: place, as: Int8.self))
    case .long: Int64(Int16(bigEndian: octets.unsafeLoadUnaligned(fromByteOffset: place, as: Int16.self)))
    case .longUnsigned: Int64(UInt16(bigEndian: octets.unsafeLoadUnaligned(fromByteOffset: place, as: UInt16.self)))
    case .doubleLong: Int64(Int32(bigEndian: octets.unsafeLoadUnaligned(fromByteOffset: place, as: Int32.self)))
    case .doubleLongUnsigned:
      Int64(UInt32(bigEndian: octets.unsafeLoadUnaligned(fromByteOffset: place, as: UInt32.self)))
    case .long64: Int64(bigEndian: octets.unsafeLoadUnaligned(fromByteOffset: place, as: Int64.self))
    case .long64Unsigned:
      Int64(exactly: UInt64(bigEndian: octets.unsafeLoadUnaligned(fromByteOffset: place, as: UInt64.self)))
    default: 0
    }
  }

  /// A length or count: itself below 80, else 81, 82 or 84 and that many octets. Longer forms than needed exist on real
  /// meters and are accepted.
  static func length(_ octets: Span<UInt8>, at place: inout Int, end: Int) throws(AXDRError) -> Int {
    guard place < end else { throw AXDRError(.truncated(missing: 1), at: place) }
    let first = octets[place]
    let start = place
    place += 1
    guard first >= 0x80 else { return Int(first) }
    let width = Int(first & 0x7F)
    guard width == 1 || width == 2 || width == 4 else { throw AXDRError(.lengthForm(first), at: start) }
    guard width <= end - place else { throw AXDRError(.truncated(missing: width - (end - place)), at: start) }
    var length = 0
    for _ in 0..<width {
      length = length << 8 | Int(octets[place])
      place += 1
    }
    return length
  }
}

/// Why octets are not an A-XDR value, and where.
package struct AXDRError: Error, Hashable, Sendable, CustomStringConvertible {
  package enum Kind: Hashable, Sendable {
    case truncated(missing: Int)
    case unknownType(UInt8)
    case lengthForm(UInt8)
    case tooDeep
    case tooLarge
    case leftOver(Int)
  }

  package let kind: Kind
  /// The place in the octets that were read.
  package let offset: Int

  init(_ kind: Kind, at offset: Int) {
    self.kind = kind
    self.offset = offset
  }

  package var description: String {
    switch kind {
    case .truncated(let missing): "octet \(offset): truncated, \(missing) more octets needed"
    case .unknownType(let tag): "octet \(offset): unknown type \(hexText(tag))"
    case .lengthForm(let octet): "octet \(offset): \(hexText(octet)) is no form of a length"
    case .tooDeep: "octet \(offset): nested more than \(AXDRReader.deepest) deep"
    case .tooLarge: "octet \(offset): number is beyond 63 bits"
    case .leftOver(let count): "octet \(offset): \(count) trailing octets after the value"
    }
  }
}
