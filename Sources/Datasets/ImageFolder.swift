/// Images in folders: each subfolder is a class, its PNG files are the images.
///
///     photos/cat/1.png  photos/cat/2.png  photos/dog/1.png
///     let data = try ImageFolder.read("photos", resize: (32, 32))
///
/// Classes and files come in the order of their names, so that a folder gives the same everywhere.
public enum ImageFolder {
  /// Reads all images of a folder.
  ///
  /// - Parameters:
  ///   - size: the height and width that images get; without it they must agree.
  ///   - channels: 1 for grey, 3 for colours; without it grey only if all files are grey.
  ///
  /// Errors: no such folder, no subfolders, one without PNG files, images of different sizes,
  /// more than 256 classes or 2 GiB, and those of a PNG file.
  public static func read(
    _ path: String, resize size: (height: Int, width: Int)? = nil, channels: Int? = nil,
    isCancelled: () -> Bool = { false }
  ) throws -> Dataset {
    if let size, !(1...16_384).contains(size.height) || !(1...16_384).contains(size.width) {
      throw DatasetError.badImage(shape: [size.height, size.width])
    }
    if let channels, channels != 1, channels != 3 {
      throw DatasetError.badImage(shape: [channels])
    }
    let classes = try Files.names(in: path).filter { Files.isDirectory("\(path)/\($0)") }
    guard (1...256).contains(classes.count) else {
      throw DatasetError.noClassFolders(folder: path, found: classes.count)
    }
    var images: [PNGImage] = []
    var labels: [UInt8] = []
    var total = 0
    for (label, name) in classes.enumerated() {
      let files = try Files.names(in: "\(path)/\(name)")
        .filter { $0.lowercased().hasSuffix(".png") }
      guard !files.isEmpty else { throw DatasetError.noImageFiles(folder: "\(path)/\(name)") }
      for file in files {
        if isCancelled() { throw DatasetError.cancelled }
        let place = "\(path)/\(name)/\(file)"
        var image = try PNGImage.read(place)
        if let size {
          image = try ImageResizing.resize(image, height: size.height, width: size.width)
        } else if let first = images.first,
          first.height != image.height || first.width != image.width
        {
          throw DatasetError.imageSizes(
            file: place, found: [image.height, image.width],
            expected: [first.height, first.width])
        }
        total += image.height * image.width * 3
        guard total <= Synthetic.limit else {
          throw DatasetError.tooLarge(file: path, limit: Synthetic.limit)
        }
        images.append(image)
        labels.append(UInt8(label))
      }
    }
    return try dataset(
      path, images, labels, classes,
      channels: channels ?? (images.contains { $0.channels == 3 } ? 3 : 1))
  }

  private static func dataset(
    _ path: String, _ images: [PNGImage], _ labels: [UInt8], _ classes: [String], channels: Int
  ) throws -> Dataset {
    guard let first = images.first else { throw DatasetError.noImageFiles(folder: path) }
    let plane = first.height * first.width
    var bytes: [UInt8] = []
    bytes.reserveCapacity(images.count * plane * channels)
    for image in images {
      let pixels = image.with(channels: channels)
      for channel in 0..<channels {
        for place in 0..<plane { bytes.append(pixels[place * channels + channel]) }
      }
    }
    return try Dataset(
      name: path.split(separator: "/").last.map(String.init) ?? path,
      pixels: ImageBytes(
        bytes, count: images.count, channels: channels, height: first.height, width: first.width),
      labels: labels, classCount: classes.count, classNames: classes)
  }
}
