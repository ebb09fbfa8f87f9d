// What the fault scripts need and Debian's base has not: SQL, noise, and a server that sends a file.
//
//     tool query DATABASE SQL           rows, columns apart by |
//     tool hold DATABASE SECONDS        keeps others from writing; prints "held" when it does
//     tool noise CAPTURE OCTETS SEED    the frames of a capture among random octets and damaged copies of themselves
//     tool serve FILE                   prints a port and sends the file to whoever connects first
//
// SQLite is looked up when it is needed, so that this file compiles alone: swiftc tool.swift

import Foundation

func quit(_ text: String) -> Never {
  FileHandle.standardError.write(Data("tool: \(text)\n".utf8))
  exit(1)
}

// MARK: - SQL

struct Database {
  typealias Open =
    @convention(c) (UnsafePointer<CChar>, UnsafeMutablePointer<OpaquePointer?>, Int32, OpaquePointer?)
    -> Int32
  typealias Prepare =
    @convention(c) (
      OpaquePointer?, UnsafePointer<CChar>, Int32, UnsafeMutablePointer<OpaquePointer?>,
      UnsafeMutablePointer<UnsafePointer<CChar>?>
    ) -> Int32
  typealias Step = @convention(c) (OpaquePointer?) -> Int32
  typealias Text = @convention(c) (OpaquePointer?, Int32) -> UnsafePointer<UInt8>?
  typealias Message = @convention(c) (OpaquePointer?) -> UnsafePointer<CChar>
  typealias Timeout = @convention(c) (OpaquePointer?, Int32) -> Int32

  private let library: UnsafeMutableRawPointer
  private var handle: OpaquePointer?

  init(_ path: String) {
    guard let library = dlopen("libsqlite3.so.0", RTLD_NOW) else { quit("libsqlite3.so.0 is not here") }
    self.library = library
    // 2: read and write; the file must be there.
    guard function("sqlite3_open_v2", as: Open.self)(path, &handle, 2, nil) == 0 else { quit("cannot open \(path)") }
    _ = function("sqlite3_busy_timeout", as: Timeout.self)(handle, 10_000)
  }

  /// Leaves nothing in a write-ahead log that nobody else uses.
  func close() { _ = function("sqlite3_close", as: Step.self)(handle) }

  private func function<F>(_ name: String, as type: F.Type) -> F {
    guard let symbol = dlsym(library, name) else { quit("no \(name) in libsqlite3.so.0") }
    return unsafeBitCast(symbol, to: F.self)
  }

  func run(_ sql: String) {
    let message = function("sqlite3_errmsg", as: Message.self)
    let step = function("sqlite3_step", as: Step.self)
    let count = function("sqlite3_column_count", as: Step.self)
    let text = function("sqlite3_column_text", as: Text.self)
    var statement: OpaquePointer?
    sql.withCString { start in
      var rest: UnsafePointer<CChar>? = start
      while let next = rest, next.pointee != 0 {
        guard function("sqlite3_prepare_v2", as: Prepare.self)(handle, next, -1, &statement, &rest) == 0 else {
          quit(String(cString: message(handle)))
        }
        guard statement != nil else { continue }
        while true {
          let code = step(statement)
          if code == 101 { break }  // SQLITE_DONE
          guard code == 100 else { quit(String(cString: message(handle))) }
          let columns = (0..<count(statement)).map { text(statement, $0).map { String(cString: $0) } ?? "" }
          print(columns.joined(separator: "|"))
        }
        _ = function("sqlite3_finalize", as: Step.self)(statement)
      }
    }
  }
}

// MARK: - Noise

/// SplitMix64: the same seed gives the same noise.
struct Random: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  mutating func octets(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8(truncatingIfNeeded: next()) } }
}

func noise(among frames: [[UInt8]], octets: Int, seed: UInt64) -> [UInt8] {
  var random = Random(state: seed)
  var stream: [UInt8] = []
  for frame in frames {
    stream += random.octets(Int.random(in: 0...(2 * octets / frames.count), using: &random))
    var damaged = frame
    let place = Int.random(in: 1..<frame.count - 1, using: &random)
    switch Int.random(in: 0..<6, using: &random) {
    case 0:
      damaged[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
      stream += damaged
    case 1: stream += damaged.prefix(place)
    case 2:
      damaged.remove(at: place)
      // A run of equal octets that has lost one of them and gained the flag behind it is no damage.
      stream += damaged.dropLast()
    default: break
    }
    stream += frame
  }
  return stream
}

func frames(ofCapture path: String) -> [[UInt8]] {
  guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { quit("cannot read \(path)") }
  return text.utf8.split(separator: UInt8(ascii: "\n")).filter { $0.first != UInt8(ascii: "#") }.map { line in
    var octets: [UInt8] = []
    var high: UInt8?
    for digit in line.drop(while: { $0 != UInt8(ascii: " ") }).dropFirst() {
      let value = digit < 0x3A ? digit - 0x30 : digit - 0x37
      if let first = high {
        octets.append(first << 4 | value)
        high = nil
      } else {
        high = value
      }
    }
    return octets
  }
}

// MARK: - A server

func serve(_ octets: [UInt8]) {
  let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
  var name = sockaddr_in()
  name.sin_family = sa_family_t(AF_INET)
  name.sin_addr.s_addr = inet_addr("127.0.0.1")
  var size = socklen_t(MemoryLayout<sockaddr_in>.size)
  let isReady = withUnsafeMutablePointer(to: &name) { pointer in
    pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
      bind(listener, $0, size) == 0 && listen(listener, 1) == 0 && getsockname(listener, $0, &size) == 0
    }
  }
  guard isReady else { quit("cannot listen") }
  print(UInt16(bigEndian: name.sin_port))
  fflush(nil)
  let client = accept(listener, nil, nil)
  var sent = 0
  while sent < octets.count {
    let count = octets[sent...].withUnsafeBytes { send(client, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
    guard count > 0 else { quit("the client has gone after \(sent) octets") }
    sent += count
  }
  close(client)
}

// MARK: - Which of them

let arguments = CommandLine.arguments.dropFirst()
switch (arguments.first, Array(arguments.dropFirst())) {
case ("query", let rest) where rest.count == 2:
  let database = Database(rest[0])
  database.run(rest[1])
  database.close()
case ("hold", let rest) where rest.count == 2:
  let database = Database(rest[0])
  database.run("BEGIN IMMEDIATE")
  print("held")
  fflush(nil)
  Thread.sleep(forTimeInterval: Double(rest[1]) ?? 1)
  database.run("ROLLBACK")
  database.close()
case ("noise", let rest) where rest.count == 3:
  let stream = noise(among: frames(ofCapture: rest[0]), octets: Int(rest[1]) ?? 0, seed: UInt64(rest[2]) ?? 0)
  FileHandle.standardOutput.write(Data(stream))
case ("serve", let rest) where rest.count == 1:
  guard let data = FileManager.default.contents(atPath: rest[0]) else { quit("cannot read \(rest[0])") }
  serve(Array(data))
default: quit("query, hold, noise or serve")
}
