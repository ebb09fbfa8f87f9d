/// The rows on one page of a database, read from its octets alone: cells that make no sense are counted and passed over.
///
/// Source: the SQLite file format, sections 1.6 and 2.1.
struct RowPage {
  enum Value: Hashable {
    case null
    case integer(Int64)
    case text(String)
    case blob([UInt8])
  }

  /// One row of a table, or one entry of an index or of a table without rowids.
  struct Row: Hashable {
    /// Nil in an index.
    let rowid: Int64?
    let values: [Value]
  }

  /// Samples are among these and not among the rows.
  private(set) var samples = SampleRows()
  private(set) var rows: [Row] = []
  /// Cells that are no rows.
  private(set) var lost = 0
  /// Pages on which long rows go on.
  private(set) var overflow: Set<Int> = []

  /// More than any row of a log has.
  private static let longest = 1 << 20

  /// - Parameter read: the octets of another page.
  /// - Returns: nil for a page that holds no rows; `isKnown` says whether it may be whole all the same.
  init?(_ page: [UInt8], isFirst: Bool, pageSize: Int, read: (Int) throws -> [UInt8]) throws {
    let start = isFirst ? 100 : 0
    guard let type = page.bigEndian(at: start, count: 1), let kind = Kind(rawValue: type), kind.hasRows,
      let count = page.bigEndian(at: start + 3, count: 2), count <= pageSize / 4
    else { return nil }
    for index in 0..<count {
      guard let place = page.bigEndian(at: start + kind.headerSize + index * 2, count: 2) else {
        lost += 1
        continue
      }
      if kind == .tableLeaf, samples.take(page, at: place) { continue }
      guard let row = try row(page, place, kind, pageSize, read) else {
        lost += 1
        continue
      }
      rows.append(row)
    }
  }

  enum Kind: Int {
    case indexInterior = 2, tableInterior = 5, indexLeaf = 10, tableLeaf = 13

    var hasRows: Bool { self != .tableInterior }
    var headerSize: Int { self == .indexInterior || self == .tableInterior ? 12 : 8 }
  }

  private mutating func row(
    _ page: [UInt8], _ place: Int, _ kind: Kind, _ pageSize: Int, _ read: (Int) throws -> [UInt8]
  ) throws -> Row? {
    var place = kind == .indexInterior ? place + 4 : place
    guard let size = page.varint(&place), size > 0, size <= RowPage.longest else { return nil }
    var rowid: Int64?
    if kind == .tableLeaf {
      guard let number = page.varint(&place) else { return nil }
      rowid = number
    }
    guard let payload = try payload(page, place, Int(size), kind, pageSize, read),
      let values = RowPage.values(payload)
    else { return nil }
    return Row(rowid: rowid, values: values)
  }

  /// The octets of a row, gathered from the pages on which it goes on.
  private mutating func payload(
    _ page: [UInt8], _ place: Int, _ size: Int, _ kind: Kind, _ pageSize: Int, _ read: (Int) throws -> [UInt8]
  ) throws -> [UInt8]? {
    let most = kind == .tableLeaf ? pageSize - 35 : (pageSize - 12) * 64 / 255 - 23
    var here = size
    if size > most {
      let least = (pageSize - 12) * 32 / 255 - 23
      here = least + (size - least) % (pageSize - 4)
      if here > most { here = least }
    }
    guard place <= page.count - here else { return nil }
    var payload = Array(page[place..<place + here])
    guard here < size else { return payload }
    var next = page.bigEndian(at: place + here, count: 4) ?? 0
    while payload.count < size {
      guard next > 0, overflow.insert(next).inserted else { return nil }
      let more = try read(next)
      guard more.count > 4 else { return nil }
      payload += more.dropFirst(4).prefix(size - payload.count)
      next = more.bigEndian(at: 0, count: 4) ?? 0
    }
    return payload
  }

  /// The columns of a record; nil when its parts do not add up.
  private static func values(_ record: [UInt8]) -> [Value]? {
    var place = 0
    guard let header = record.varint(&place), header >= 1, header <= record.count else { return nil }
    var body = Int(header)
    var values: [Value] = []
    while place < Int(header) {
      guard let type = record.varint(&place), let value = value(record, type, &body) else { return nil }
      values.append(value)
    }
    return place == Int(header) && body == record.count ? values : nil
  }

  private static func value(_ record: [UInt8], _ type: Int64, _ place: inout Int) -> Value? {
    switch type {
    case 0: return .null
    case 8, 9: return .integer(type - 8)
    case 1...6:
      let size = [1, 2, 3, 4, 6, 8][Int(type) - 1]
      guard place <= record.count - size else { return nil }
      let octets = record[place..<place + size]
      place += size
      let sign: Int64 = (octets.first ?? 0) & 0x80 == 0 ? 0 : -1
      return .integer(octets.reduce(sign) { $0 << 8 | Int64($1) })
    case 12...Int64(longest):
      let size = (Int(type) - 12) / 2
      guard place <= record.count - size else { return nil }
      let octets = Array(record[place..<place + size])
      place += size
      if type.isMultiple(of: 2) { return .blob(octets) }
      return String(validating: octets, as: UTF8.self).map(Value.text)
    default: return nil
    }
  }
}

extension [UInt8] {
  /// A number of SQLite's, 1 to 9 octets; nil where they are not there.
  func varint(_ place: inout Int) -> Int64? {
    var value: UInt64 = 0
    for index in 0..<9 {
      guard indices.contains(place) else { return nil }
      let octet = self[place]
      place += 1
      if index == 8 { return Int64(bitPattern: value << 8 | UInt64(octet)) }
      value = value << 7 | UInt64(octet & 0x7F)
      if octet & 0x80 == 0 { return Int64(bitPattern: value) }
    }
    return nil
  }
}
