import Foundation

/// The pages of a database file as they are on the disk, with what its write-ahead log has committed over them. It needs
/// neither a whole header nor a whole tree, and never writes.
///
/// Source: the SQLite file format, sections 1.3 and 4 (sqlite.org/fileformat2.html).
struct PageFile {
  private let file: FileHandle
  private let log: FileHandle?
  /// Octets; 4096 where the header does not say.
  let pageSize: Int
  /// Pages of the file and of the log.
  let pageCount: Int
  /// Where a page stands in the log, octets.
  private let logged: [Int: UInt64]

  /// Errors: the file cannot be read.
  init(path: String) throws {
    file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
    let size = try file.seekToEnd()
    let header = try PageFile.read(file, at: 0, count: 100)
    pageSize = PageFile.pageSize(header)
    log = try? FileHandle(forReadingFrom: URL(fileURLWithPath: path + "-wal"))
    var logged: [Int: UInt64] = [:]
    if let log { logged = try PageFile.committed(log, pageSize: pageSize) }
    self.logged = logged
    let inFile = Int(clamping: size / UInt64(pageSize)) + (size % UInt64(pageSize) > 0 ? 1 : 0)
    pageCount = max(inFile, logged.keys.max() ?? 0)
  }

  /// The octets of a page, from number 1 on; fewer than a page at the end of a file that was cut.
  func page(_ number: Int) throws -> [UInt8] {
    guard number > 0, number <= pageCount else { return [] }
    if let place = logged[number], let log { return try PageFile.read(log, at: place, count: pageSize) }
    return try PageFile.read(file, at: UInt64(number - 1) * UInt64(pageSize), count: pageSize)
  }

  /// The pages that the header says are free: what stands there was deleted.
  func freePages() throws -> Set<Int> {
    let header = try page(1)
    var free: Set<Int> = []
    guard header.starts(with: Array("SQLite format 3\0".utf8)) else { return free }
    var trunk = header.bigEndian(at: 32, count: 4) ?? 0
    while trunk > 0, trunk <= pageCount, free.insert(trunk).inserted {
      let octets = try page(trunk)
      for index in 0..<min(octets.bigEndian(at: 4, count: 4) ?? 0, pageSize / 4 - 2) {
        if let leaf = octets.bigEndian(at: 8 + index * 4, count: 4), leaf > 0, leaf <= pageCount { free.insert(leaf) }
      }
      trunk = octets.bigEndian(at: 0, count: 4) ?? 0
    }
    return free
  }

  private static func pageSize(_ header: [UInt8]) -> Int {
    let size = header.bigEndian(at: 16, count: 2) ?? 0
    guard header.starts(with: Array("SQLite format 3\0".utf8)) else { return 4096 }
    return size == 1 ? 65_536 : (512...32_768).contains(size) && size & (size - 1) == 0 ? size : 4096
  }

  private static func read(_ file: FileHandle, at place: UInt64, count: Int) throws -> [UInt8] {
    try [UInt8](unsafeUninitializedCapacity: count) { octets, read in
      while read < count {
        let more = pread(
          file.fileDescriptor, octets.baseAddress.map { $0 + read }, count - read, off_t(clamping: place) + off_t(read))
        if more < 0, errno == EINTR { continue }
        guard more >= 0 else {
          throw StoreError(
            "a page of the damaged log cannot be read (\(String(cString: strerror(errno)))). "
              + "Check the disk, its cable and the system log, then start again.", .host)
        }
        if more == 0 { return }
        read += more
      }
    }
  }

  /// The newest committed place of each page in the log. It ends at the first frame that does not add up.
  private static func committed(_ log: FileHandle, pageSize: Int) throws -> [Int: UInt64] {
    let header = try read(log, at: 0, count: 32)
    guard let magic = header.bigEndian(at: 0, count: 4), magic & ~1 == 0x377F_0682,
      header.bigEndian(at: 8, count: 4) == pageSize
    else { return [:] }
    var sums = Checksum(isBigEndian: magic & 1 == 1)
    sums.add(header.prefix(24))
    guard sums.matches(header, at: 24) else { return [:] }
    var committed: [Int: UInt64] = [:]
    var pending: [Int: UInt64] = [:]
    var place: UInt64 = 32
    while true {
      let frame = try read(log, at: place, count: 24 + pageSize)
      guard frame.count == 24 + pageSize, frame[8..<16].elementsEqual(header[16..<24]) else { break }
      sums.add(frame.prefix(8))
      sums.add(frame.dropFirst(24))
      guard sums.matches(frame, at: 16) else { break }
      pending[frame.bigEndian(at: 0, count: 4) ?? 0] = place + 24
      if frame.bigEndian(at: 4, count: 4) ?? 0 > 0 {
        committed.merge(pending) { $1 }
        pending.removeAll()
      }
      place += UInt64(24 + pageSize)
    }
    return committed
  }

  /// The running checksum of a write-ahead log.
  private struct Checksum {
    let isBigEndian: Bool
    private var first: UInt32 = 0
    private var second: UInt32 = 0

    init(isBigEndian: Bool) { self.isBigEndian = isBigEndian }

    mutating func add(_ octets: ArraySlice<UInt8>) {
      octets.withUnsafeBytes { bytes in
        var place = 0
        while place + 8 <= bytes.count {
          first &+= word(bytes, place) &+ second
          second &+= word(bytes, place + 4) &+ first
          place += 8
        }
      }
    }

    private func word(_ bytes: UnsafeRawBufferPointer, _ place: Int) -> UInt32 {
      let word = bytes.loadUnaligned(fromByteOffset: place, as: UInt32.self)
      return isBigEndian ? UInt32(bigEndian: word) : UInt32(littleEndian: word)
    }

    func matches(_ octets: [UInt8], at place: Int) -> Bool {
      octets.bigEndian(at: place, count: 4) == Int(first) && octets.bigEndian(at: place + 4, count: 4) == Int(second)
    }
  }
}

extension [UInt8] {
  /// An unsigned number of up to 7 octets; nil where they are not there.
  func bigEndian(at place: Int, count: Int) -> Int? {
    guard place >= 0, place <= self.count - count else { return nil }
    return self[place..<place + count].reduce(0) { $0 << 8 | Int($1) }
  }
}
