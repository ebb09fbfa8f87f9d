import Foundation

/// A port of this computer; prints its number.
private func listening() -> Int32 {
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
private func send(_ octets: [UInt8], to client: Int32) -> Bool {
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

/// Sends so many frames a second, to one client after another; each goes on where the last has left.
func play(_ frames: [[UInt8]], rate: Double) {
  let listener = listening()
  var client = accept(listener, nil, nil)
  for frame in frames {
    while !send(frame, to: client) {
      close(client)
      client = accept(listener, nil, nil)
    }
    Thread.sleep(forTimeInterval: 1 / rate)
  }
  close(client)
}
