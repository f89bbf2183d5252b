package studio.ainative.aikit.readme;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.xpath.XPathConstants;
import javax.xml.xpath.XPathExpressionException;
import javax.xml.xpath.XPathFactory;

import org.w3c.dom.Document;
import org.w3c.dom.NodeList;

/**
 * A {@code pom.xml} as it is written, without what it inherits.
 */
record Pom(Document document) {

	static Pom read(Path file) {
		try {
			return new Pom(DocumentBuilderFactory.newDefaultInstance().newDocumentBuilder().parse(file.toFile()));
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * The texts of elements.
	 * @param path where they are in the project, such as {@code modules/module}
	 * @return the texts, none if there is no such element
	 */
	List<String> texts(String path) {
		try {
			NodeList nodes = (NodeList) XPathFactory.newDefaultInstance()
				.newXPath()
				.evaluate("/project/" + path, this.document, XPathConstants.NODESET);
			return IntStream.range(0, nodes.getLength())
				.mapToObj((index) -> nodes.item(index).getTextContent().strip())
				.toList();
		}
		catch (XPathExpressionException ex) {
			throw new IllegalArgumentException(ex);
		}
	}

	String text(String path) {
		List<String> texts = texts(path);
		return texts.isEmpty() ? "" : texts.get(0);
	}

}
