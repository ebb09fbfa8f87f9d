import Foundation

/// A port of this computer; prints its number.
func listening() -> Int32 {
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
  return listener
}

/// Sends everything; false when the client has gone.
func send(_ octets: [UInt8], to client: Int32) -> Bool {
  var sent = 0
  while sent < octets.count {
    let count = octets[sent...].withUnsafeBytes { send(client, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
    guard count > 0 else { return false }
    sent += count
  }
  return true
}

/// Sends a file to whoever connects first.
func serve(_ octets: [UInt8]) {
  let client = accept(listening(), nil, nil)
  guard send(octets, to: client) else { quit("the client has gone") }
  close(client)
}

/// What a bad line makes of a frame.
enum Damage {
  case none
  /// Of a million bits so many are turned over.
  case flips(Int)
  /// Seven data bits and even parity, read as eight data bits.
  case parity
  /// Read at another speed: a few octets that have nothing to do with those sent.
  case speed

  init?(_ name: String) {
    switch name {
    case "parity": self = .parity
    case "speed": self = .speed
    default:
      guard let count = Int(name) else { return nil }
      self = count == 0 ? .none : .flips(count)
    }
  }

  func of(_ frame: [UInt8], _ random: inout Random) -> [UInt8] {
    switch self {
    case .none: return frame
    case .flips(let perMillion):
      return frame.map { octet in
        (0..<8).reduce(octet) { octet, bit in
          Int.random(in: 0..<1_000_000, using: &random) < perMillion ? octet ^ (1 << UInt8(bit)) : octet
        }
      }
    case .parity:
      return frame.map { octet in
        let data = octet & 0x7F
        return data.nonzeroBitCount.isMultiple(of: 2) ? data : data | 0x80
      }
    case .speed: return random.octets(max(1, frame.count / 4))
    }
  }
}

/// Sends so many frames a second, to one client after another; each goes on where the last has left. Prints in the end how many went
/// out undamaged.
func play(_ frames: [[UInt8]], rate: Double, damage: Damage, seed: UInt64) {
  let listener = listening()
  var random = Random(state: seed)
  var whole = 0
  var client = accept(listener, nil, nil)
  for frame in frames {
    let octets = damage.of(frame, &random)
    whole += octets == frame ? 1 : 0
    while !send(octets, to: client) {
      close(client)
      client = accept(listener, nil, nil)
    }
    Thread.sleep(forTimeInterval: 1 / rate)
  }
  print("done", whole)
  fflush(nil)
  Thread.sleep(forTimeInterval: 60)
}

/// A server on a bad day: sends the frames in parts, each to another client, and ends each connection otherwise: reset in the middle of a
/// message, closed in the middle of a message, reset at once, garbage. The last part it sends in peace.
func playRudely(_ frames: [[UInt8]], rate: Double, seed: UInt64) {
  let listener = listening()
  var random = Random(state: seed)
  let part = frames.count / 6
  var sent = 0

  func take(_ count: Int, _ client: Int32) {
    for frame in frames[sent..<min(sent + count, frames.count)] {
      guard send(frame, to: client) else { quit("the client has gone") }
      Thread.sleep(forTimeInterval: 1 / rate)
    }
    sent += count
  }
  func reset(_ client: Int32) {
    var option = linger(l_onoff: 1, l_linger: 0)
    setsockopt(client, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
    close(client)
  }
  for day in 0..<5 {
    let client = accept(listener, nil, nil)
    if day != 2 { take(part, client) }
    if day == 4 {
      for _ in 0..<20 {
        _ = send(random.octets(10_000), to: client)
        Thread.sleep(forTimeInterval: 0.02)
      }
    } else if day != 2 {
      _ = send(Array(frames[sent].prefix(frames[sent].count / 2)), to: client)
      // What was sent must have been read: a reset throws away what waits.
      Thread.sleep(forTimeInterval: 0.3)
    }
    if day == 1 { close(client) } else { reset(client) }
  }
  let client = accept(listener, nil, nil)
  take(frames.count - sent, client)
  print("done")
  fflush(nil)
  Thread.sleep(forTimeInterval: 60)
}
