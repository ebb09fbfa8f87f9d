import Frames

@main
struct Bench {
  static func main() { print(StreamDecoder().deframer.waiting) }
}
